"""Why a group was made, in sentences."""

from collections.abc import Mapping

from sqlglot import exp
from sqlglot.expressions import Condition

from reconciliation.engine.database import column
from reconciliation.engine.plan import Plan
from reconciliation.rules.currencies import per_scale
from reconciliation.rules.expressions import absolute, concatenated, number, quotient, text


def usual_reasons(plan: Plan) -> Condition | None:
    """The reasons of a group that balances and has no rival; None where they depend on what was measured."""
    listed = _sentences(plan)
    return None if listed.find(exp.Column) else _json(listed)


def reasons(plan: Plan, scales: Mapping[str, int], difference: Condition, confirmed: Condition) -> Condition:
    """A JSON list of sentences as text: the shared keys, every rule, the difference, what was said of rivals."""
    listed = _sentences(plan)
    extra = [_difference(plan, scales, difference, confirmed), column("note")]
    known = [exp.Array(expressions=[sentence]) for sentence in extra]
    for sentence, single in zip(extra, known, strict=True):
        none = exp.Array(expressions=[])
        added = exp.Case().when(sentence.is_(exp.null()), none).else_(single)
        listed = exp.Anonymous(this="list_concat", expressions=[listed, added])
    return _json(listed)


def _sentences(plan: Plan) -> Condition:
    return exp.Array(expressions=[*(text(sentence) for sentence in plan.part.keys_in_words()), *plan.sentences()])


def _json(listed: Condition) -> Condition:
    return exp.cast(exp.Anonymous(this="to_json", expressions=[listed]), exp.DType.VARCHAR)


def money(amount: Condition, scales: Mapping[str, int]) -> Condition:
    """The size of an amount with its decimals: 5.00."""
    return per_scale(column("currency"), scales, lambda scale: _decimal(amount, scale))


def _decimal(amount: Condition, scale: int) -> Condition:
    size = absolute(amount)
    if not scale:
        return exp.cast(size, exp.DType.VARCHAR)
    unit = number(10**scale)
    digits = exp.cast(exp.paren(size % unit), exp.DType.VARCHAR)
    padded = exp.Pad(this=digits, expression=number(scale), fill_pattern=text("0"), is_left=True)
    return concatenated([quotient(size, unit), text("."), padded])


def _difference(plan: Plan, scales: Mapping[str, int], difference: Condition, confirmed: Condition) -> Condition:
    """Null where the group balances by itself."""
    amount = money(difference, scales)
    kind = plan.part.adjustment.kind.replace("_", "-") if plan.part.adjustment is not None else "adjustment"
    booked = concatenated([text("Difference of "), amount, text(f" booked as {kind}")])
    left_open = concatenated([text("Amounts differ by "), amount])
    return exp.Case().when(difference.eq(0), exp.null()).when(confirmed, booked).else_(left_open)
