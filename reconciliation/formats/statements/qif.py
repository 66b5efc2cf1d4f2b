"""The entries of a QIF file, each with the account that the section before it names."""

import re
from collections.abc import Callable, Iterable, Iterator

from reconciliation.formats.errors import UnreadableFileError
from reconciliation.formats.text.lines import LONGEST, too_long
from reconciliation.formats.text.rows import Row

_FIELDS = {"D": "Date", "T": "Amount", "P": "Payee", "M": "Memo", "N": "Number", "L": "Category", "C": "Cleared"}
_ACCOUNT = "Account"
_ENTRY = {"D", "T"}  # each stands once in an entry
_INVESTMENTS = re.compile(r"!Type:\s*Invst", re.IGNORECASE)
_ACCOUNTS = re.compile(r"!Account", re.IGNORECASE)
_LISTS = re.compile(r"!(?:Account|Type:\s*(?:Cat|Class|Memorized|Prices|Security))", re.IGNORECASE)
_APOSTROPHE_YEAR = re.compile(r"['\u2019]\s*(\d{2})$")


class Entries:
    """Read front to back as often as `rows` is asked; `others` are the lines that the last time were no entry's."""

    def __init__(self, name: str, lines: Callable[[], Iterable[str]], *, ends_whole: bool) -> None:
        self.name = name
        self.others = 0
        self._lines = lines
        self._ends_whole = ends_whole

    def rows(self) -> Iterator[Row]:
        """The header first, on line 0. Raises `UnreadableFileError`."""
        yield Row(0, 0, (*_FIELDS.values(), _ACCOUNT))
        section = _Section(self.name)
        line, number, told = "", 0, 0
        for number, line in enumerate(self._lines(), 1):
            if row := section.take(number, line):
                told += row.span
                yield row
        if not self._ends_whole and not line.startswith(("^", "!")):
            raise UnreadableFileError(self.name, "the file is cut off within an entry. Export it again.", line=number)
        if row := section.end(number):
            told += row.span
            yield row
        self.others = number - told


class _Section:
    """What stands below one `!` line, and the entry at hand."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._account = ""
        self._in_list = self._in_accounts = False
        self._start = 1
        self._cells: dict[str, str] = {}

    def take(self, number: int, line: str) -> Row | None:
        """The entry that this line ends. Split lines (`S`, `E`, `$`) tell what it is made of; its amount is `T`."""
        code, value = line[:1].upper(), line[1:].strip()
        self._refuse_unclosed(code, number)
        if code == "!":
            self._begins(line, number)
        elif code == "^":
            return self.end(number)
        elif code in _FIELDS or code == "U":
            self._cells[code] = f"{self._cells[code]} {value}" if code in self._cells else value
            if len(self._cells[code]) > LONGEST:
                raise too_long(self._name, number)
        return None

    def end(self, number: int) -> Row | None:
        cells, start = self._cells, self._start
        self._cells, self._start = {}, number + 1
        if self._in_accounts:
            self._account = cells.get("N", self._account)
        return None if self._in_list or not cells else self._row(start, number, cells)

    def _begins(self, line: str, number: int) -> None:
        if _INVESTMENTS.match(line):
            raise UnreadableFileError(self._name, "it holds trades of securities, which are no payments.", line=number)
        self.end(number)
        self._in_list = _LISTS.match(line) is not None
        self._in_accounts = _ACCOUNTS.match(line) is not None

    def _refuse_unclosed(self, code: str, number: int) -> None:
        open_entry = _ENTRY & self._cells.keys()
        if not self._in_list and open_entry and (code == "!" or code in open_entry):
            message = "another entry begins before this one is closed: the ^ between two entries is missing."
            raise UnreadableFileError(self._name, message, line=number)

    def _row(self, start: int, end: int, cells: dict[str, str]) -> Row:
        day = _APOSTROPHE_YEAR.sub(r"/20\1", cells.get("D", "")).replace(" ", "")
        known = {**cells, "D": day, "T": cells.get("T") or cells.get("U", "")}
        return Row(start, end - start + 1, (*(known.get(code, "") for code in _FIELDS), self._account))
