"""Accounts and balances as JSON documents: money as text, exact."""

from collections.abc import Iterable
from typing import Any

from reconciliation.formats import Balance, Findings, LineCount


def accounting_document(counts: Iterable[LineCount]) -> list[dict[str, Any]]:
    return [
        {
            "category": count.category,
            "lines": count.lines,
            "amounts": {currency: f"{amount:f}" for currency, amount in count.amounts.items()},
        }
        for count in counts
    ]


def balances_document(findings: Findings) -> list[dict[str, Any]]:
    kinds = {"opening": findings.opening_balances, "closing": findings.closing_balances}
    return [_balance(kind, balance) for kind, balances in kinds.items() for balance in balances]


def _balance(kind: str, balance: Balance) -> dict[str, Any]:
    return {
        "kind": kind,
        "amount": f"{balance.amount:f}",
        "currency": balance.currency,
        "date": balance.date.isoformat() if balance.date else None,
        "derived": balance.derived,
    }
