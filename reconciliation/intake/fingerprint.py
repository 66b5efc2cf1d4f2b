"""What a line says, as one hash: equal for lines that are equal in every mapped field, whatever file they stand in."""

import pyarrow as pa
from sqlglot import exp

from reconciliation.formats import derived_of, record_schema
from reconciliation.money import MAX_SCALE

PLACE_FIELDS = frozenset({"line", "row", "key"})
MONEY_FIELDS = frozenset({"amount", "scale"})
CORE_FIELDS = frozenset(record_schema((), 0, ()).names)
TEXT = exp.DataType.build("TEXT")
HUGE = exp.DataType.build("INT128")
HEX_DIGITS = 32


def mapped_fields(schema: pa.Schema) -> tuple[str, ...]:
    """The fields that a line's content consists of: not where it stands, not its key, not the raw cells, and no field
    of a mapping's own making: what is made out of the others says nothing new, and may be made otherwise tomorrow.
    """
    made = set(derived_of(schema)) - CORE_FIELDS
    names = (name for name in schema.names if not name.startswith("cell_"))
    return tuple(sorted(name for name in names if name not in PLACE_FIELDS | MONEY_FIELDS | made))


def fingerprint(fields: tuple[str, ...]) -> exp.Expression:
    """128 bits of SHA-256 in hexadecimal, over what no other line spells: name, length and value of each field.

    The length of a null is left out. An extra field that is null is left out altogether, so that mapping one more
    column changes only the lines that have something in it.
    """
    pieces: list[exp.Expression] = [exp.Literal.string("amount="), _amount()]
    for name in fields:
        spelled = _spelled(name)
        pieces += spelled if name in CORE_FIELDS else [_present(name, spelled)]
    hashed = _call("sha256", _call("concat", *pieces))
    return exp.Left(this=hashed, expression=exp.Literal.number(HEX_DIGITS))


def _spelled(name: str) -> list[exp.Expression]:
    value = exp.cast(exp.column(name, quoted=True), TEXT)
    return [exp.Literal.string(f"{name}="), _call("strlen", value.copy()), exp.Literal.string(":"), value]


def _present(name: str, spelled: list[exp.Expression]) -> exp.Expression:
    return exp.case().when(exp.column(name, quoted=True).is_(exp.null()).not_(), _call("concat", *spelled))


def _amount() -> exp.Expression:
    """The amount at the largest scale: 10.0 and 10.00 are the same money."""
    power = exp.case(exp.column("scale", quoted=True))
    for scale in range(MAX_SCALE + 1):
        power = power.when(exp.Literal.number(scale), exp.cast(exp.Literal.number(10 ** (MAX_SCALE - scale)), HUGE))
    return exp.cast(exp.column("amount", quoted=True), HUGE) * exp.paren(power)


def _call(name: str, *arguments: exp.Expression) -> exp.Expression:
    """By its own name: sqlglot would write `concat` as `||`, which answers null where one piece is null."""
    return exp.Anonymous(this=name, expressions=list(arguments))
