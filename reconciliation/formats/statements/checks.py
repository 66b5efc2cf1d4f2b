"""Opening balance + entries = closing balance, statement by statement, and each opening the closing before."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal

from reconciliation.formats.results import Balance, plain


@dataclass(slots=True)
class StatementCheck:
    """One statement as it is read."""

    account: str
    number: int
    opening: list[Balance] = field(default_factory=list)
    closing: list[Balance] = field(default_factory=list)
    moved: Decimal = Decimal()
    currencies: set[str] = field(default_factory=set)
    unread: int = 0

    @property
    def named(self) -> str:
        number = f"Statement {self.number}" if self.number else "The statement"
        return f"{number} of account {self.account}" if self.account else number


def balance_warnings(checks: list[StatementCheck], *, expects_balances: bool) -> Iterator[str]:
    """Of a file with one statement the sum is checked with that of any other file, by its records."""
    for check in checks:
        if expects_balances:
            yield from _missing(check)
        if len(checks) > 1:
            yield from _sum(check)


def _missing(check: StatementCheck) -> Iterator[str]:
    if not check.opening:
        yield f"{check.named} states no opening balance."
    if not check.closing:
        yield f"{check.named} states no closing balance: whether it is complete cannot be checked."


def _sum(check: StatementCheck) -> Iterator[str]:
    if len(check.opening) == len(check.closing) == 1 and len(check.currencies) < 2:  # noqa: PLR2004  one currency
        first, last = check.opening[0].amount, check.closing[0].amount
        made = first + check.moved
        if made != last and not check.unread:
            yield (
                f"{check.named} does not add up: {plain(first)} at the start and entries of {plain(check.moved)} make "
                f"{plain(made)}, but it says {plain(last)} (difference {plain(last - made)})."
            )


def gaps(checks: list[StatementCheck]) -> Iterator[str]:
    """Where a statement of an account does not begin with what the one before ended with, or a number is missing."""
    before: dict[str, StatementCheck] = {}
    for check in checks:
        last = before.get(check.account)
        before[check.account] = check
        if last is None:
            continue
        if check.number > last.number + 1 > 1:
            yield f"Account {check.account}: after statement {last.number} comes {check.number}, some are missing."
        if last.closing and check.opening and _differ(last.closing[-1], check.opening[0]):
            yield (
                f"{check.named} begins with {plain(check.opening[0].amount)}, "
                f"but the one before ended with {plain(last.closing[-1].amount)}."
            )


def _differ(closing: Balance, opening: Balance) -> bool:
    return closing.currency == opening.currency and closing.amount != opening.amount
