"""Which column is what, by the words of its header and by what stands in it."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from reconciliation.formats.cells.kinds import Kind
from reconciliation.formats.detection.columns import SampledColumn
from reconciliation.formats.phrases import is_booked, is_not_booked
from reconciliation.formats.results import Evidence, Question

_SURE = 85
_CLOSE = 5
_MOST = 0.8
_HALF = 0.5
_FEW = 12


@dataclass(slots=True)
class Roles:
    """The column of each field that was found, with what speaks for it."""

    columns: dict[str, SampledColumn] = field(default_factory=dict)
    evidence: list[Evidence] = field(default_factory=list)
    questions: list[Question] = field(default_factory=list)

    def taken(self) -> set[int]:
        return {column.position for column in self.columns.values()}

    def give(
        self, target: str, column: SampledColumn, because: str, confidence: int, others: Iterable[str] = ()
    ) -> None:
        self.columns[target] = column
        self.evidence.append(
            Evidence(
                decision=f"fields.{target}",
                choice=column.shown,
                because=because,
                confidence=confidence,
                alternatives=tuple(others),
            )
        )


def name_columns(columns: Sequence[SampledColumn], by_content: Roles | None) -> Roles:
    """For a table with a header: amounts and dates first, since the other fields depend on there being some.
    What the names do not tell, `by_content` proposes, and a person confirms it.
    """
    roles = Roles()
    for target in ("currency", "booking_date", "value_date", "amount", "debit", "credit", "balance", "status"):
        _choose(roles, columns, target)
    _settle_amounts(roles)
    if "amount" not in roles.columns and "debit" not in roles.columns and not _amount_by_content(roles, by_content):
        return _entity_list(roles, columns)
    if "booking_date" not in roles.columns:
        _only_dates(roles, columns)
    if "status" not in roles.columns:
        _status_by_content(roles, columns)
    for target in ("opening_balance", "closing_balance", "key", "account", "reference", "counterparty", "text"):
        _choose(roles, columns, target)
    return roles


def _amount_by_content(roles: Roles, by_content: Roles | None) -> bool:
    if by_content is None:
        return False
    if "debit" in by_content.columns:
        roles.columns |= {name: by_content.columns[name] for name in ("debit", "credit")}
        roles.evidence += [item for item in by_content.evidence if item.decision in ("fields.debit", "fields.credit")]
        roles.questions += by_content.questions
        return True
    found = by_content.columns["amount"]
    if found.position in roles.taken():
        return False
    roles.give("amount", found, "no column is named as the amount; its numbers look like money", 50)
    text = f"No column is named as the amount. Is it {found.shown}?"
    roles.questions.append(Question(decision="fields.amount", text=text, choices=(f"column {found.position + 1}",)))
    return True


def _only_dates(roles: Roles, columns: Sequence[SampledColumn]) -> None:
    free = [column for column in columns if column.position not in roles.taken()]
    dates = [column for column in free if column.share(Kind.DATE) >= _MOST]
    if dates:
        others = [column.shown for column in dates[1:]]
        roles.give("booking_date", dates[0], "its name does not say so, but it holds dates", 60, others)


def _status_by_content(roles: Roles, columns: Sequence[SampledColumn]) -> None:
    for column in columns:
        if column.position in roles.taken() or not 0 < len(column.distinct) <= _FEW:
            continue
        pending = [value for value in column.distinct if is_not_booked(value)]
        if pending and all(is_booked(value) for value in column.distinct.difference(pending)):
            roles.give("status", column, f"it tells what is booked from what is not ({pending[0]!r})", 80)
            return


def _choose(roles: Roles, columns: Sequence[SampledColumn], target: str) -> None:
    fits = _CONTENT.get(target, _any)
    ranked = [
        (weight + _bonus(target, column, columns), column)
        for column in columns
        if column.position not in roles.taken()
        and (weight := column.roles.get(target, 0))
        and (fits(column) or (target in _TRUSTED and weight >= _SURE and not _other(column, target)))
    ]
    if not ranked:
        return
    ranked.sort(key=lambda item: (-item[0], -_length(item[1]) if target == "text" else 0, item[1].position))
    best, column = ranked[0]
    rivals = [other for score, other in ranked[1:] if best - score < _CLOSE and other.cells != column.cells]
    names = [other.shown for _, other in ranked[1:]]
    roles.give(target, column, f"its name, and what stands in it ({_shown_content(column)})", min(99, best), names)
    same_name = any(other.header == column.header for other in rivals)
    if rivals and (target == "amount" or (target == "booking_date" and same_name)):
        roles.questions.append(_ask(target, column, rivals))


def _ask(target: str, column: SampledColumn, rivals: list[SampledColumn]) -> Question:
    names = " and ".join(dict.fromkeys(other.shown for other in (column, *rivals)))
    text = f"{len(rivals) + 1} columns ({names}) could be the {target.replace('_', ' ')}. Which one is it?"
    return Question(
        decision=f"fields.{target}",
        text=text,
        choices=tuple(f"column {other.position + 1}" for other in (column, *rivals)),
    )


def _settle_amounts(roles: Roles) -> None:
    """Signed amounts, or a column of debits and one of credits: one of the two ways."""
    found = roles.columns
    both = "debit" in found and "credit" in found
    if both and "amount" in found and not _is_complete(found["amount"]):
        _drop(roles, "amount")
    if not both or "amount" in found:
        for target in ("debit", "credit"):
            _drop(roles, target)


def _drop(roles: Roles, target: str) -> None:
    roles.columns.pop(target, None)
    roles.evidence[:] = [item for item in roles.evidence if item.decision != f"fields.{target}"]


def _is_complete(column: SampledColumn) -> bool:
    return len(column.filled) >= _MOST * len(column.cells)


def _entity_list(roles: Roles, columns: Sequence[SampledColumn]) -> Roles:
    """A list without amounts: its key, and every other column under its own name."""
    plain = Roles()
    _choose(plain, columns, "key")
    plain.evidence.append(
        Evidence(
            decision="fields.amount",
            choice="none",
            because="no column holds amounts: a list of entities",
            confidence=80,
        )
    )
    plain.questions = [question for question in roles.questions if question.decision == "fields.key"]
    return plain


def _length(column: SampledColumn) -> int:
    """Of two columns of texts the longer ones tell more."""
    return sum(map(len, column.filled)) // max(1, len(column.filled))


def _bonus(target: str, column: SampledColumn, columns: Sequence[SampledColumn]) -> int:
    """The currency next to its amount wins; so does the net amount where a fee has a column of its own."""
    if target == "amount" and column.header.strip().casefold() == "net":
        return 15 if any("fee" in other.header.casefold() for other in columns) else 0
    if target == "currency" and len(column.distinct) == 1:
        return 2
    if target == "key" and column.position == 0:
        return 8
    return 0


def _shown_content(column: SampledColumn) -> str:
    if not column.filled:
        return "no lines"
    kind, count = column.kinds.most_common(1)[0]
    return f"{count} of {len(column.cells)} cells are {kind.value}"


def _is_moving(column: SampledColumn) -> bool:
    return _is_number(column) and (len(column.distinct) > 1 or len(column.cells) <= 1)


def _any(_column: SampledColumn) -> bool:
    return True


def _is_date(column: SampledColumn) -> bool:
    return not column.cells or column.share(Kind.DATE) >= _HALF


def _is_number(column: SampledColumn) -> bool:
    return not column.filled or column.share(Kind.NUMBER) >= _HALF


def _is_currency(column: SampledColumn) -> bool:
    return not column.cells or column.share(Kind.CURRENCY) >= _HALF


def _is_status(column: SampledColumn) -> bool:
    if not column.filled:
        return not column.cells
    few = len(column.distinct) <= _FEW
    return few and any(is_not_booked(value) or is_booked(value) for value in column.distinct)


def _is_key(column: SampledColumn) -> bool:
    return not column.cells or column.is_unique


def _is_text(column: SampledColumn) -> bool:
    return column.share(Kind.DATE) < _MOST


def _is_constant_number(column: SampledColumn) -> bool:
    return len(column.distinct) == 1 and _is_number(column)


def _other(column: SampledColumn, target: str) -> bool:
    """Whether the content speaks against the name: `Valuta` over dates is no currency."""
    against = {"amount": (Kind.DATE, Kind.CURRENCY), "booking_date": (Kind.NUMBER, Kind.CURRENCY)}
    return column.share(*against[target]) >= _HALF


_TRUSTED = frozenset({"amount", "booking_date"})
_CONTENT: dict[str, Callable[[SampledColumn], bool]] = {
    "booking_date": _is_date,
    "value_date": _is_date,
    "amount": _is_number,
    "debit": _is_number,
    "credit": _is_number,
    "balance": _is_moving,
    "currency": _is_currency,
    "status": _is_status,
    "key": _is_key,
    "opening_balance": _is_constant_number,
    "closing_balance": _is_constant_number,
    "reference": _is_text,
    "counterparty": _is_text,
    "text": _is_text,
}
