from reconciliation.formats.arrow import Integers
from reconciliation.formats.transformations.transformation import MoneyTransformation


class InvertSign(MoneyTransformation, frozen=True, kw_only=True):
    """Amounts the other way round.

    For a source that keeps the books of the other party: a ledger where a debit is money coming in. Balances stay
    as they are written.
    """

    def directed(self, amounts: Integers) -> Integers:
        return -amounts
