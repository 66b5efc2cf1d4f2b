"""Which bank references (`AcctSvcrRef`) name an entry: those that no other entry of the same statement has.

The entries of a batch may share theirs. Such a reference says which belong together, and not which is which.
"""

from collections.abc import Callable
from pathlib import Path

from reconciliation.formats.statements.camt_details import reference_in
from reconciliation.formats.statements.xml import Node, trees


def account_of(node: Node) -> str:
    return node.first("Id/IBAN", "Id/Othr/Id", "Id/PrtryAcct/Id", "Id/BBAN")


def shared_references(path: Path, below_statement: Callable[[list[str]], bool]) -> frozenset[tuple[str, str]]:
    """(account, reference) of those that several entries of one statement have. Raises `UnreadableFileError`."""

    def wanted(above: list[str]) -> bool:
        return above[-2:] == ["Ntry", "AcctSvcrRef"] or (above[-1] in ("Id", "Acct") and below_statement(above))

    account, seen = "", set[str]()
    shared = set[tuple[str, str]]()
    for node in trees(path, wanted):
        match node.tag:
            case "Id":
                account, seen = "", set()
            case "Acct":
                account = account_of(node)
            case "AcctSvcrRef":
                if node.text in seen:
                    shared.add((account, reference_in(node.text)))
                seen.add(node.text)
    return frozenset(shared)
