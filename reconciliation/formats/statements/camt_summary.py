"""The control totals of a camt statement (`TxsSummry`): how many entries there are, and what they add up to."""

from collections.abc import Iterator
from decimal import Decimal

from reconciliation.formats.cells.amounts import decimal_of
from reconciliation.formats.statements.parts import Control
from reconciliation.formats.statements.xml import Tree

_WAYS = {"TtlNtries": ("CRDT", "DBIT"), "TtlCdtNtries": ("CRDT",), "TtlDbtNtries": ("DBIT",)}
_CALLED = {"TtlNtries": "all entries", "TtlCdtNtries": "the credits", "TtlDbtNtries": "the debits"}


class Summary:
    """What a statement says of its entries, and what they make; some banks count those not booked yet, some do not."""

    def __init__(self) -> None:
        self._said: list[Tree] = []
        self._made: dict[tuple[str, bool], tuple[int, Decimal]] = {}

    def take(self, node: Tree) -> None:
        self._said.append(node)

    def count(self, direction: str, amount: str, *, booked: bool) -> None:
        number, total = self._made.get((direction, booked), (0, Decimal()))
        self._made[direction, booked] = number + 1, total + (decimal_of(amount, ".") or Decimal())

    def controls(self, statement: str) -> Iterator[Control]:
        for node in self._said:
            for tag, ways in _WAYS.items():
                yield from self._compared(node, tag, ways, statement)

    def _compared(self, node: Tree, tag: str, ways: tuple[str, ...], statement: str) -> Iterator[Control]:
        booked, every = self._sums(ways, (True,)), self._sums(ways, (True, False))
        for place, path, what in ((0, "NbOfNtries", "The number"), (1, "Sum", "The sum")):
            says = decimal_of(node.first(f"{tag}/{path}"), ".")
            if says is not None:
                made = booked[place] if says == booked[place] else every[place]
                yield Control(f"{what} of {_CALLED[tag]} of statement {statement} (TxsSummry)", says, Decimal(made))

    def _sums(self, ways: tuple[str, ...], kinds: tuple[bool, ...]) -> tuple[int, Decimal]:
        found = [self._made.get((way, booked), (0, Decimal())) for way in ways for booked in kinds]
        return sum(number for number, _ in found), sum((total for _, total in found), Decimal())
