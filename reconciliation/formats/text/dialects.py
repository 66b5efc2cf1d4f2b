"""Which delimiter and quote a text has: those under which its rows have one width and its cells a type."""

import re
from collections import Counter
from dataclasses import dataclass
from itertools import islice

from reconciliation.formats.cells.kinds import Kind, kind_of
from reconciliation.formats.text.rows import Row, split_rows

_DELIMITERS = (",", ";", "\t", "|")
_ROWS = 300
_SEPARATOR_LINE = re.compile(r"\A\ufeff?\"?sep=(.)\"?\s*(?:\r\n|\r|\n)", re.IGNORECASE)
_SHOWN = {"\t": "tab", ",": "comma", ";": "semicolon", "|": "bar"}


@dataclass(frozen=True, slots=True)
class Dialect:
    delimiter: str
    quote: str
    because: str
    confidence: int

    @property
    def shown(self) -> str:
        return _SHOWN.get(self.delimiter, repr(self.delimiter))


def choose_dialect(text: str) -> Dialect | None:
    """None when no delimiter makes a table of the text."""
    if match := _SEPARATOR_LINE.match(text):
        return Dialect(match[1], '"', "the first line says so (sep=)", 100)
    quote = _quote(text)
    scores = {delimiter: _score(text, delimiter, quote) for delimiter in _DELIMITERS}
    best = max(scores, key=lambda delimiter: scores[delimiter])
    if not scores[best]:
        return None
    rest = max(score for delimiter, score in scores.items() if delimiter != best)
    share = round(100 * scores[best] / (scores[best] + rest))
    return Dialect(best, quote, "rows have one width and cells a type with it", share)


def _quote(text: str) -> str:
    single = len(re.findall(r"(?:^|[,;\t|])'[^'\r\n]*'(?=[,;\t|\r\n]|\Z)", text, re.MULTILINE))
    lines = text.count("\n") + text.count("\r") + 1
    return "'" if '"' not in text and single >= lines else '"'


def _score(text: str, delimiter: str, quote: str) -> float:
    rows = [row for row in islice(split_rows(text, delimiter, quote), _ROWS) if row.filled]
    widths = Counter(len(row.cells) for row in rows if len(row.cells) > 1)
    if not widths:
        return 0.0
    width, count = max(widths.items(), key=lambda item: (item[1] * (item[0] - 1) / item[0], item[0]))
    regular = [row for row in rows if len(row.cells) == width]
    return count / len(rows) * (width - 1) / width * (0.2 + _typed(regular))


def _typed(rows: list[Row]) -> float:
    kinds = Counter(kind_of(cell) for row in rows for cell in row.cells)
    filled = sum(kinds.values()) - kinds[Kind.BLANK]
    return (filled - kinds[Kind.TEXT]) / max(1, filled)
