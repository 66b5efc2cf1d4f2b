"""What is wrong with a pass as a whole; the rules tell of themselves."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from reconciliation.rules.amount_within import AmountWithin
from reconciliation.rules.is_reversal import IsReversal
from reconciliation.rules.same_amount import SameAmount
from reconciliation.rules.sum_equals import SumEquals
from reconciliation.rules.sum_within import SumWithin

if TYPE_CHECKING:
    from reconciliation.rules.rule_pass import Pass

# A field of the pass and what to do about it.
Found = tuple[str, str]


def problems_of(part: "Pass") -> Iterator[Found]:
    """Pairs of field and message."""
    if not part.name.strip():
        yield "name", "give the pass a name"
    yield from _of_the_kind(part)
    if not part.blocks_on_something():
        yield "rules", _nothing_to_block_on(part)
    if part.adjustment is not None:
        yield from ((f"adjustment.{field}", message) for field, message in part.adjustment.problems())
    yield from ((f"scope.{field}", message) for field, message in part.scope.problems())
    if part.decide.confirm_at is not None and part.decide.suggest_at > part.decide.confirm_at:
        yield "decide.suggest_at", "must not be above confirm_at"


def _of_the_kind(part: "Pass") -> Iterator[Found]:
    if part.is_contra:
        yield from _of_contra(part)
        return
    if any(isinstance(rule, IsReversal) for rule in part.rules):
        yield "rules", "IsReversal compares two lines of one side: choose the cardinality contra"
    if part.side != "both":
        yield "side", "only a contra is one-sided: take it away, or choose the cardinality contra"
    yield from _of_grouping(part) if part.subset is None else _of_subset(part)
    sums = [rule.type_name for rule in part.rules if isinstance(rule, SumEquals | SumWithin)]
    if sums and part.cardinality == "1:1":
        yield "rules", f"{sums[0]} compares sums: choose 1:n, n:1 or n:m, or compare amounts"
    if part.conversion is not None and part.cardinality != "1:1":
        yield "cardinality", "CurrencyConverted compares one line with one: choose 1:1"
    if part.allocation is not None:
        yield from _of_allocation(part)


def _of_grouping(part: "Pass") -> Iterator[Found]:
    left, right = len(part.group_by.left), len(part.group_by.right)
    if part.cardinality == "1:1" and (left or right):
        yield "group_by", "one to one adds nothing up: take it away, or choose 1:n, n:1 or n:m"
    if part.groups_left and not left:
        yield "group_by.left", f"{part.cardinality} needs the fields by which the left side is added up"
    if part.groups_right and not right:
        yield "group_by.right", f"{part.cardinality} needs the fields by which the right side is added up"
    if left and right and left != right:
        yield "group_by", "both sides need the same number of fields, because they are compared in pairs"


def _of_subset(part: "Pass") -> Iterator[Found]:
    if part.cardinality not in ("1:n", "n:1"):
        yield "subset", "needs one line on one side: choose 1:n or n:1"
    if part.group_by.left or part.group_by.right:
        yield "group_by", "a subset is found by its sum, not by keys: take one of the two away"
    if any(isinstance(rule, SameAmount | AmountWithin) for rule in part.rules):
        yield "rules", "a subset compares the sum, so no rule compares the amounts of single lines"
    if part.adjustment is not None:
        yield "adjustment", "the sum of a subset is exact: nothing is left to book"


def _of_contra(part: "Pass") -> Iterator[Found]:
    if part.subset is not None:
        yield "subset", "a contra nets to zero by its keys or in pairs: take it away"
    if part.adjustment is not None:
        yield "adjustment", "a contra nets to exactly zero: nothing is left to book"
    if part.allocation is not None or part.conversion is not None:
        yield "rules", "a contra uses whole lines of one currency: take PartialPayment and CurrencyConverted away"
    keys = part.contra_by_keys
    if keys and part.rules:
        yield "rules", "by keys a contra takes every line that shares them: take the rules or group_by away"
    if keys and any(not part.keys_of(side) for side in part.contra_sides):
        yield "group_by", "give keys for each side on which contras are looked for"
    if not keys and not any(rule.names_something and not isinstance(rule, SameAmount) for rule in part.rules):
        yield (
            "rules",
            (
                "an entry and its reversal need more in common than an amount: add SameReference, ReferenceInText or "
                "IsReversal, or keys in group_by"
            ),
        )


def _of_allocation(part: "Pass") -> Iterator[Found]:
    if part.subset is not None:
        yield "subset", "PartialPayment needs to know what belongs together before it is added up: take one away"
    if part.adjustment is not None:
        yield "adjustment", "PartialPayment leaves the difference open: nothing is left to book"
    if part.conversion is not None:
        yield "rules", "PartialPayment allocates within one currency: take CurrencyConverted away"


def _nothing_to_block_on(part: "Pass") -> str:
    given = ", ".join(rule.type_name for rule in part.rules) or "no rule"
    return (
        f"nothing to block on ({given}): every record would be compared with every other. Add an equality "
        "(SameReference, SameAmount, SameField, ReferenceInText), an absolute AmountWithin, or keys on both sides"
    )
