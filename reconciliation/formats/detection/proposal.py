"""Everything decided about a table, as a mapping with its evidence and its open questions."""

from collections import Counter
from collections.abc import Sequence

import msgspec

from reconciliation.formats.column import Column
from reconciliation.formats.detection.columns import SampledColumn, sample_columns
from reconciliation.formats.detection.contents import looks_like_money, name_by_content
from reconciliation.formats.detection.decisions import Findings, date_order, decimal_mark, look_at
from reconciliation.formats.detection.extras import extra_fields
from reconciliation.formats.detection.money import choose_currency
from reconciliation.formats.detection.roles import Roles, name_columns
from reconciliation.formats.detection.shape import Shape, find_shape, shape_below
from reconciliation.formats.detection.signs import choose_sign
from reconciliation.formats.errors import UnreadableFileError
from reconciliation.formats.mapping import Mapping
from reconciliation.formats.results import Detection, Evidence, Question
from reconciliation.formats.table import Table
from reconciliation.formats.text.rows import Row

_AROUND = 40
_MOST_COLUMNS = 500


class Proposal:
    """One table being understood, decision by decision."""

    def __init__(
        self,
        table: Table,
        start: Mapping,
        evidence: Sequence[Evidence],
        questions: Sequence[Question] = (),
        *,
        keep_header: bool = False,
    ) -> None:
        """With `keep_header` the header line of `start` is that of the table."""
        self._table = table
        self._keep_header = keep_header
        self._mapping = start
        self._evidence = list(evidence)
        self._questions = list(questions)
        self._warnings: list[str] = []

    def detection(self) -> Detection:
        """Raises `UnreadableFileError` when there is no table of lines in the file."""
        rows = [row for row in self._table.head() if row.filled]
        shape = shape_below(rows, self._mapping.header_line) if self._keep_header else find_shape(rows)
        if shape is None:
            raise self._no_table()
        if shape.columns > _MOST_COLUMNS:
            message = (
                f"it has {shape.columns:,} columns; no more than {_MOST_COLUMNS} are read. Export those that matter."
            )
            raise UnreadableFileError(self._table.name, message)
        columns = sample_columns(shape)
        roles = self._roles(shape, columns)
        findings = look_at(self._table, shape, columns, roles)
        self._note_shape(shape)
        self._numbers(findings, roles)
        self._dates(findings, roles)
        before = [row for row in rows[:_AROUND] if row.line < shape.first_line and row != shape.header]
        self._currency(columns, roles, before)
        self._sign(columns, roles)
        self._place(shape, columns, roles, findings)
        return Detection(
            format=self._mapping.format,
            mapping=self._mapping,
            evidence=tuple(self._evidence),
            questions=tuple(self._questions),
            warnings=tuple(self._warnings),
        )

    def _no_table(self) -> UnreadableFileError:
        message = "no table of transaction lines was found in it: neither a header line with names such as Date and "
        return UnreadableFileError(self._table.name, f"{message}Amount, nor lines with dates and amounts.")

    def _roles(self, shape: Shape, columns: tuple[SampledColumn, ...]) -> Roles:
        roles = name_by_content(columns)
        if shape.headers:
            return name_columns(columns, roles if _is_money(roles) else None)
        if roles is None:
            raise self._no_table()
        return roles

    def _note_shape(self, shape: Shape) -> None:
        place = f"line {shape.header.line}" if shape.header else "none"
        self._add("header_line", place, shape.because, shape.confidence)
        if shape.misfit and shape.header:
            named = len([name for name in shape.header.cells if name.strip()])
            self._warnings.append(
                f"The header has {named} names but the lines have {shape.columns} cells: the names are not used, "
                "the columns are told by what stands in them."
            )
        twice = [name for name, count in Counter(filter(None, shape.headers)).items() if count > 1]
        self._warnings += [f"More than one column is called {name!r}." for name in twice]
        if not shape.body and self._table.complete:
            self._warnings.append("There is a header but no line below it.")

    def _numbers(self, findings: Findings, roles: Roles) -> None:
        if "amount" not in roles.columns and "debit" not in roles.columns:
            return
        mark, evidence, question, warning = decimal_mark(findings, self._mapping.delimiter)
        self._take(evidence, question)
        self._warnings += [warning] if warning else []
        grouped = next(iter(sorted(findings.marks.grouped)), "," if mark == "." else ".")
        self._mapping = msgspec.structs.replace(self._mapping, decimal_mark=mark, thousands_mark=grouped)

    def _dates(self, findings: Findings, roles: Roles) -> None:
        if "booking_date" in roles.columns:
            order, evidence, question = date_order(findings, "booking_date")
            self._take(evidence, question)
            self._mapping = msgspec.structs.replace(self._mapping, date_order=order)

    def _currency(self, columns: Sequence[SampledColumn], roles: Roles, around: Sequence[Row]) -> None:
        mapping = self._mapping
        month_first = mapping.date_order == "MDY"
        currency = choose_currency(columns, roles, around, decimal_mark=mapping.decimal_mark, month_first=month_first)
        if currency is None:
            return
        self._take(currency.evidence, currency.question)
        self._mapping = msgspec.structs.replace(mapping, currency=currency.code)
        if currency.mixed:
            roles.columns["currency"] = roles.columns.get("amount") or roles.columns["debit"]

    def _sign(self, columns: Sequence[SampledColumn], roles: Roles) -> None:
        sign = choose_sign(columns, roles, self._mapping.decimal_mark)
        if sign:
            self._take(sign.evidence, sign.question)
            self._mapping = msgspec.structs.replace(self._mapping, sign=sign.sign)

    def _place(self, shape: Shape, columns: Sequence[SampledColumn], roles: Roles, findings: Findings) -> None:
        """Which column is which field."""
        self._evidence += roles.evidence
        self._questions += roles.questions
        fields = {name: Column(column=column.position, header=column.header) for name, column in roles.columns.items()}
        if "value_date" in fields:
            order, evidence, question = date_order(findings, "value_date")
            if question is None and order != self._mapping.date_order:
                fields["value_date"] = msgspec.structs.replace(fields["value_date"], order=order)
                self._take(evidence, None)
        if "booking_date" in fields and _names_utc(roles.columns["booking_date"].header):
            fields["booking_date"] = msgspec.structs.replace(fields["booking_date"], zone="UTC")
        if findings.not_booked:
            self._add(
                "pending", ", ".join(sorted(findings.not_booked)), "lines with this status are not booked yet", 90
            )
        self._mapping = msgspec.structs.replace(
            self._mapping,
            header_line=shape.header.line if shape.header else None,
            first_line=shape.first_line,
            columns=shape.columns,
            headers=shape.headers,
            fields=fields | extra_fields(columns, roles.taken()),
            pending=tuple(sorted(findings.not_booked)),
            undecided=tuple(dict.fromkeys(question.decision for question in self._questions)),
        )

    def _take(self, evidence: Evidence, question: Question | None) -> None:
        self._evidence.append(evidence)
        self._questions += [question] if question else []

    def _add(self, decision: str, choice: str, because: str, confidence: int) -> None:
        self._evidence.append(Evidence(decision=decision, choice=choice, because=because, confidence=confidence))


def _is_money(roles: Roles | None) -> bool:
    return roles is not None and ("debit" in roles.columns or looks_like_money(roles.columns["amount"]))


def _names_utc(header: str) -> bool:
    return "utc" in header.casefold()
