"""Columns of text between Arrow, which keeps them, and numpy, which reckons with what was made of them."""

from typing import Any, NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

Integers: TypeAlias = npt.NDArray[np.int64]
Flags: TypeAlias = npt.NDArray[np.bool_]
Bytes: TypeAlias = npt.NDArray[np.uint8]
AnyArray: TypeAlias = "pa.Array[Any]"
Texts: TypeAlias = "pa.StringArray"


class Encoded(NamedTuple):
    """The distinct texts of a column, and for each row the place of its own among them."""

    values: list[str]
    places: Integers


def encode(cells: Any) -> Encoded:
    encoded: Any = pc.dictionary_encode(cells)
    return Encoded(encoded.dictionary.to_pylist(), encoded.indices.to_numpy(zero_copy_only=False).astype(np.int64))


def flags(mask: Any) -> Flags:
    """A writable copy of an Arrow column of booleans."""
    return np.array(mask.to_numpy(zero_copy_only=False), dtype=np.bool_)


def integers(column: Any) -> Integers:
    return np.asarray(column.to_numpy(zero_copy_only=False), dtype=np.int64)


def lengths(cells: Any) -> Integers:
    """In bytes."""
    return integers(pc.binary_length(cells))


def content(cells: AnyArray) -> Bytes:
    """All bytes of the column, one cell after the other (and perhaps those of its neighbours)."""
    buffer: Any = cells.buffers()[2]
    return np.frombuffer(buffer if buffer is not None else b"", dtype=np.uint8)


def trimmed(cells: Any) -> Texts:
    written: Texts = pc.utf8_trim_whitespace(cells)
    return written


def chosen(column: AnyArray, rows: Integers) -> Any:
    """Some rows of a column, in its order; the same column when it is all of them."""
    return column if len(rows) == len(column) else spread(column, rows)


def spread(values: AnyArray, places: Integers) -> Any:
    """The value at each of these places, in their order."""
    return values.take(pa.array(places, pa.int64()))


def texts(values: list[str]) -> Texts:
    return pa.array(values, pa.string())
