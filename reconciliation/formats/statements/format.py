"""The common ground of the statement formats: a fixed mapping, and a stream of parts."""

from abc import abstractmethod
from collections.abc import Iterator
from pathlib import Path
from typing import ClassVar

import msgspec

from reconciliation.formats.column import Column
from reconciliation.formats.mapping import Mapping, Sign
from reconciliation.formats.registry import FileFormat
from reconciliation.formats.results import Detection, Evidence
from reconciliation.formats.statements.parts import COLUMNS, Part
from reconciliation.formats.statements.reader import StatementReader
from reconciliation.formats.statements.table import StatementTable

_DIRECTION = {"direction": "indicator"}
_FIELDS = (
    "account", "currency", "booking_date", "value_date", "amount", "direction", "status", "key", "reference",
    "counterparty", "text", "end_to_end_id", "batch", "counterparty_account", "bank_reference",
)  # fmt: skip


class StatementFormat(FileFormat):
    """Its columns stand in the format's own standard, so nothing is guessed and nothing is asked."""

    expects_balances: ClassVar[bool] = True
    decimal_mark: ClassVar[str] = "."
    debit: ClassVar[tuple[str, ...]] = ("D",)
    credit: ClassVar[tuple[str, ...]] = ("C",)
    pending: ClassVar[tuple[str, ...]] = ()

    @abstractmethod
    def describe(self, path: Path) -> tuple[str, Evidence]:
        """The encoding, and what the file says of itself. Raises `UnreadableFileError`."""

    @abstractmethod
    def parts(self, path: Path, encoding: str) -> Iterator[Part]:
        """All of the file, in order. Raises `UnreadableFileError` for what is not of this format after all."""

    def detect(self, path: Path) -> Detection:
        encoding, evidence = self.describe(path)
        return Detection(format=self.name, mapping=self._mapping(encoding), evidence=(evidence,))

    def reader(self, path: Path, mapping: Mapping) -> StatementReader:
        parts = self.parts(path, mapping.encoding)
        table = StatementTable(path.name, parts, mapping, expects_balances=self.expects_balances)
        return StatementReader(table, mapping)

    def _mapping(self, encoding: str) -> Mapping:
        fields = {
            _DIRECTION.get(name, name): Column(column=COLUMNS.index(name), header=name)
            for name in _FIELDS
            if name != "direction" or self.debit
        }
        start = Mapping(
            format=self.name,
            encoding=encoding,
            delimiter="",
            quote="",
            header_line=None,
            first_line=1,
            columns=len(COLUMNS),
            headers=COLUMNS,
            fields=fields,
            sign=Sign(convention="indicator", debit=self.debit, credit=self.credit) if self.debit else Sign(),
            pending=self.pending,
        )
        return msgspec.structs.replace(start, decimal_mark=self.decimal_mark)
