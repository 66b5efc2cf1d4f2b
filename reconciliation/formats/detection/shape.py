"""Where the table lies in the file: the header line, the lines before it, and how wide its rows are."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from reconciliation.formats.cells.kinds import Kind, kind_of
from reconciliation.formats.text.rows import Row
from reconciliation.formats.words import NAMED, roles_of

_SEARCHED = 100
_FOLLOWERS = 20
_MOST = 0.7


@dataclass(frozen=True, slots=True)
class Shape:
    """`header` is None for a file without one; `misfit`: its names do not stand over the columns below."""

    header: Row | None
    body: tuple[Row, ...]
    first_line: int
    columns: int
    headers: tuple[str, ...]
    because: str
    confidence: int
    misfit: bool = False

    @property
    def regular(self) -> list[Row]:
        return [row for row in self.body if len(row.cells) == self.columns and row.filled]


def find_shape(rows: Sequence[Row]) -> Shape | None:
    """None when there is neither a header nor a line of dates and amounts."""
    scored = [(_header_score(rows, place), -place) for place in range(min(len(rows), _SEARCHED))]
    score, place = max(scored, default=(0.0, 0))
    if score > 0:
        return _with_header(rows, -place, "its names are words for fields", min(99, 60 + int(score) * 2))
    by_contrast = _by_contrast(rows)
    if by_contrast is not None:
        return _with_header(rows, by_contrast, "it is the only row of words over columns of values", 75)
    return _without_header(rows)


def shape_below(rows: Sequence[Row], header_line: int | None) -> Shape | None:
    """The table whose header stands on this line, or which has none; None where there is no table then."""
    if header_line is None:
        return _without_header(rows)
    place = next((place for place, row in enumerate(rows) if row.line == header_line), None)
    return None if place is None else _with_header(rows, place, "it is given", 100)


def _header_score(rows: Sequence[Row], place: int) -> float:
    row = rows[place]
    filled = row.filled
    least = 2
    named = sum(max(roles_of(cell).values(), default=0) >= NAMED for cell in filled)
    if row.open_quote or named < least or named * 3 < len(filled) or any(_is_value(cell) for cell in filled):
        return 0.0
    following = [below for below in rows[place + 1 : place + 1 + _FOLLOWERS] if below.filled]
    like = sum(_has_values(below) and len(below.filled) >= least for below in following)
    if following and not like and not _all_odd(following):
        return 0.0
    return named + like / 2


def _all_odd(following: Sequence[Row]) -> bool:
    """Rows without a single value can only be judged line by line, when the file is read."""
    return len(following) <= 1


def _has_values(row: Row) -> bool:
    return any(_is_value(cell) for cell in row.cells)


def _is_value(cell: str) -> bool:
    return kind_of(cell) in (Kind.DATE, Kind.NUMBER)


def _by_contrast(rows: Sequence[Row]) -> int | None:
    """The first wide row, when it is all words and some column below it is all values."""
    width = _usual_width(rows)
    place = next(
        (at for at, row in enumerate(rows) if len(row.cells) == width and len(row.filled) >= _MOST * width), None
    )
    if place is None or _has_values(rows[place]) or rows[place].open_quote:
        return None
    below = [row for row in rows[place + 1 :] if len(row.cells) == width]
    for column in range(width):
        filled = [row.cells[column] for row in below if row.cells[column].strip()]
        if filled and sum(map(_is_value, filled)) >= _MOST * len(filled):
            return place
    return None


def _without_header(rows: Sequence[Row]) -> Shape | None:
    width = _usual_width(rows)
    place = next((at for at, row in enumerate(rows) if len(row.cells) == width and _is_line(row)), None)
    if place is None:
        return None
    body = tuple(rows[place:])
    return Shape(None, body, rows[place].line, width, (), "the first line of the table is already values", 80)


def _is_line(row: Row) -> bool:
    return any(kind_of(cell) is Kind.DATE for cell in row.cells)


def _usual_width(rows: Sequence[Row]) -> int:
    widths = Counter(len(row.cells) for row in rows if row.filled and len(row.cells) > 1)
    return widths.most_common(1)[0][0] if widths else 1


def _with_header(rows: Sequence[Row], place: int, because: str, confidence: int) -> Shape:
    header, body = rows[place], tuple(rows[place + 1 :])
    names = tuple(cell.strip() for cell in header.cells)
    width = _body_width(body, len(names))
    bare = _without_trailing(names)
    fits = len(bare) <= width and not _has_surplus(body, len(names), width)
    headers = (bare + ("",) * width)[:width] if fits else ()
    return Shape(header, body, header.line + header.span, width, headers, because, confidence, misfit=not fits)


def _body_width(body: Sequence[Row], named: int) -> int:
    """The header's, where any line has it; else what most lines have."""
    widths = Counter(len(row.cells) for row in body if len(row.filled) > 1)
    if not widths or widths[named]:
        return named
    return widths.most_common(1)[0][0]


def _has_surplus(body: Sequence[Row], named: int, width: int) -> bool:
    """Whether cells beyond the last name hold anything: then every name may stand over the wrong column."""
    return any(cell.strip() for row in body if len(row.cells) == width for cell in row.cells[named:])


def _without_trailing(names: tuple[str, ...]) -> tuple[str, ...]:
    while names and not names[-1]:
        names = names[:-1]
    return names
