"""What a line says, as one hash: equal for lines that are equal in every mapped field, whatever file they stand in."""

import pyarrow as pa
from sqlglot import exp

from reconciliation.money import MAX_SCALE

PLACE_FIELDS = frozenset({"line", "row", "key"})
MONEY_FIELDS = frozenset({"amount", "scale"})
TEXT = exp.DataType.build("TEXT")
HUGE = exp.DataType.build("INT128")
HEX_DIGITS = 32


def mapped_fields(schema: pa.Schema) -> tuple[str, ...]:
    """The fields that a line's content consists of: not where it stands, not its key, not the raw cells."""
    names = (name for name in schema.names if not name.startswith("cell_"))
    return tuple(sorted(name for name in names if name not in PLACE_FIELDS | MONEY_FIELDS))


def fingerprint(fields: tuple[str, ...]) -> exp.Expression:
    """128 bits of SHA-256 in hexadecimal. An empty field counts as none, so mapping one more changes only its lines."""
    parts = [_amount(), *(_part(name) for name in fields)]
    content = _joined(*(exp.func("coalesce", part, exp.Literal.string("")) for part in parts))
    hashed = exp.Anonymous(this="sha256", expressions=[content])
    return exp.func("left", hashed, exp.Literal.number(HEX_DIGITS))


def _part(name: str) -> exp.Expression:
    """`name=length:value`, which no other value spells; null when there is none."""
    value = exp.cast(exp.column(name, quoted=True), TEXT)
    length = exp.cast(exp.func("length", value.copy()), TEXT)
    return _joined(exp.Literal.string(f"{name}="), length, exp.Literal.string(":"), value)


def _amount() -> exp.Expression:
    """The amount at the largest scale: 10.0 and 10.00 are the same money."""
    amount = exp.cast(exp.column("amount", quoted=True), HUGE)
    zeros = exp.Literal.number(MAX_SCALE) - exp.column("scale", quoted=True)
    power = exp.cast(_joined(exp.Literal.string("1"), exp.func("repeat", exp.Literal.string("0"), zeros)), HUGE)
    return _joined(exp.Literal.string("amount="), exp.cast(amount * power, TEXT), exp.Literal.string(";"))


def _joined(first: exp.Expression, *others: exp.Expression) -> exp.Expression:
    for other in others:
        first = exp.DPipe(this=first, expression=other)
    return exp.Paren(this=first)
