"""Reads the open records of one side, with no more columns than the rules ask for."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import pyarrow as pa
from sqlglot import exp
from sqlglot.expressions import Condition, Expr, Select

from reconciliation.engine.database import Database, chosen, column, named, union_all
from reconciliation.engine.errors import UnknownFieldError
from reconciliation.engine.inputs import USED, SideInput
from reconciliation.engine.keys import STORED
from reconciliation.engine.sources import Source
from reconciliation.rules.calendar import Calendar
from reconciliation.rules.currencies import per_scale
from reconciliation.rules.key import Form
from reconciliation.rules.side import Need, Side

SOURCE = "source"
_EPOCH = exp.cast(exp.Literal.string("1970-01-01"), exp.DType.DATE)


@dataclass(frozen=True)
class Reader:
    """How records become rows of the engine."""

    database: Database
    scales: Mapping[str, int]
    cut_off: date | None = None

    def load(self, table: str, sources: tuple[Source, ...], given: SideInput, asked: Side) -> int:
        """Stores the open records of one side; returns how many there are."""
        self._check(sources, asked)
        self.database.offer(f"{table}_taken", pa.table({"used_up_id": given.taken}))
        self.database.offer(f"{table}_used", given.used.rename_columns([f"part_{name}" for name in USED.names]))
        selects = [self._open(source, asked, table, given) for source in sources]
        return self.database.keep(table, union_all(selects or [self._nothing(asked)]))

    def rows(self, source: Source, asked: Side) -> Select:
        """Every record of a source up to the cut-off, in the columns that were asked for."""
        values = [
            named(source.record_id, "unit"),
            named(self._amount(), "amount"),
            column("currency"),
            *(named(text_of(source, need), need.column) for need in asked.texts.values()),
            *(named(_moment(field, calendar), f"{field} first") for field, calendar in asked.dates.items()),
        ]
        query = chosen(values, source.view)
        if self.cut_off is None:
            return query
        booked = column("booking_date")
        last = exp.cast(exp.Literal.string(self.cut_off.isoformat()), exp.DType.DATE)
        return query.where(exp.or_(booked.is_(exp.null()), booked <= last))

    def _check(self, sources: tuple[Source, ...], asked: Side) -> None:
        fields = sorted({need.field for need in asked.texts.values()})
        for field in fields:
            if field != SOURCE and sources and not any(source.column_of(field) for source in sources):
                known = sorted({name for source in sources for name in source.content} | _headers(sources))
                raise UnknownFieldError(f"The {asked.name} side has no field “{field}”; it has {', '.join(known)}")

    def _open(self, source: Source, asked: Side, table: str, given: SideInput) -> Select:
        """Those that no confirmed group uses up, with what is left of their amounts."""
        query = self.rows(source, asked)
        taken, used = f"{table}_taken", f"{table}_used"
        if given.used.num_rows:
            part = self._scaled(column("part_used"), column("part_scale"))
            rest = self._amount() - exp.Coalesce(this=part, expressions=[exp.Literal.number(0)])
            values = [named(rest, "amount") if value.alias == "amount" else value for value in query.expressions]
            query = query.select(*values, append=False)
            same = source.record_id.eq(column("part_record_id", used))
            query = query.join(exp.to_table(used), on=same, join_type="left")
        if len(given.taken):
            same = source.record_id.eq(column("used_up_id", taken))
            query = query.join(exp.to_table(taken), on=same, join_type="anti")
        return query

    def _amount(self) -> Condition:
        return self._scaled(column("amount"), column("scale"))

    def _scaled(self, amount: Condition, scale: Condition) -> Condition:
        """Minor units at the currency's scale of this run."""
        missing = exp.paren(per_scale(column("currency"), self.scales, exp.Literal.number) - scale)
        factor = exp.cast(exp.Pow(this=exp.Literal.number(10), expression=missing), exp.DType.BIGINT)
        return exp.Case().when(missing.eq(0), amount).else_(amount * factor)

    def _nothing(self, asked: Side) -> Select:
        number, text = exp.cast(exp.null(), exp.DType.BIGINT), exp.cast(exp.null(), exp.DType.VARCHAR)
        values: list[Expr] = [named(number, "unit"), named(number, "amount"), named(text, "currency")]
        values += [named(text, name) for name in asked.texts]
        values += [named(number, f"{field} first") for field in asked.dates]
        return exp.select(*values).where(exp.false())


def _headers(sources: tuple[Source, ...]) -> set[str]:
    return {header for source in sources for header in source.headers}


def text_of(source: Source, need: Need) -> Condition:
    """A field in the form a rule compares; empty is null, and null equals nothing."""
    name = source.column_of(need.field)
    stored = STORED.get(need.column)
    if stored in source.columns and name == need.field:
        return column(str(stored))
    if name is None and need.field == SOURCE:
        return exp.Literal.string(source.name)
    if name is None:
        return exp.cast(exp.null(), exp.DType.VARCHAR)
    raw = exp.cast(column(name), exp.DType.VARCHAR)
    return exp.Nullif(this=_formed(raw, need), expression=exp.Literal.string(""))


def _formed(raw: Condition, need: Need) -> Condition:
    words = exp.Anonymous(this="words_of", expressions=[raw])
    text = exp.Literal.string
    first = exp.SplitPart(this=raw, delimiter=text(need.separator), part_index=exp.Literal.number(1))
    forms: dict[Form, Condition] = {
        "as_written": raw,
        "exact": exp.Trim(this=raw),
        "digits": exp.RegexpReplace(this=raw, expression=text("[^0-9]"), replacement=text(""), modifiers=text("g")),
        "normalised": exp.Replace(this=words, expression=text(" "), replacement=text("")),
        "prefix": exp.Trim(this=first),
        "words": words,
        "tokens": exp.Anonymous(this="reference_tokens", expressions=[raw]),
    }
    return forms[need.form]


def _moment(field: str, calendar: Calendar | None) -> Condition:
    """Days since 1970, or microseconds for an instant; with a calendar its business days."""
    if calendar is not None:
        return calendar.business_day(_moment(field.removesuffix(" business"), None))
    if field == "occurred_at":
        return exp.UnixMicros(this=column(field))
    days = exp.DateDiff(this=column(field), expression=_EPOCH, unit=exp.var("DAY"))
    return exp.cast(days, exp.DType.INT)
