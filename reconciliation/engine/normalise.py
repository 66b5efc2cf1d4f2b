"""Text in the form in which it is compared, the same on every engine because it is made here and not there."""

from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from reconciliation.rules.words import words

_FALSE = pa.scalar(value=False)
_WORD_BYTES = np.full(256, ord(" "), dtype=np.uint8)
for _letter in b"abcdefghijklmnopqrstuvwxyz0123456789":
    _WORD_BYTES[[_letter, ord(chr(_letter).upper())]] = _letter


def words_of(texts: Any) -> pa.StringArray:
    """The same for an Arrow column; what has no word is null."""
    whole = texts.combine_chunks() if isinstance(texts, pa.ChunkedArray) else texts
    given: Any = whole.cast(pa.string())
    plain = _words_of_ascii(given)
    odd: Any = pc.fill_null(pc.invert(pc.string_is_ascii(given)), _FALSE)
    if pc.any(odd).as_py():
        encoded = given.filter(odd).dictionary_encode()
        others = pa.array([words(str(text)) for text in encoded.dictionary.to_pylist()], pa.string())
        plain = pc.replace_with_mask(plain, odd, others.take(encoded.indices))
    found: pa.StringArray = pc.if_else(pc.equal(plain, pa.scalar("")), pa.scalar(None, pa.string()), plain)
    return found


def letters_of(texts: Any) -> pa.StringArray:
    """Only letters and digits: 'INV-0008', 'inv 0008' and 'INV0008' are one."""
    return pc.replace_substring(words_of(texts), " ", "")


def _words_of_ascii(texts: Any) -> Any:
    """Byte for byte, then the few cells that need more: of other letters nothing but blanks is left."""
    validity, offsets, content = texts.buffers()
    letters = np.frombuffer(content or b"", dtype=np.uint8)
    plain: Any = _WORD_BYTES[letters]
    mapped = pa.Array.from_buffers(
        pa.string(),
        len(texts),
        [validity, offsets, pa.py_buffer(plain)],
        texts.null_count,
        texts.offset,
    )
    wide: Any = pc.fill_null(pc.match_substring(mapped, "  "), _FALSE)
    if pc.any(wide).as_py():
        mapped = pc.replace_with_mask(mapped, wide, pc.replace_substring_regex(mapped.filter(wide), " +", " "))
    return pc.ascii_trim_whitespace(mapped)
