"""Which bank references (`AcctSvcrRef`) name an entry: those that no other entry of the same statement has.

The entries of a batch may share theirs. Such a reference says which belong together, and not which is which.
"""

import re
from collections.abc import Callable
from pathlib import Path

from reconciliation.formats.statements.camt_details import reference_in
from reconciliation.formats.statements.xml import Tree, trees

_CHUNK = 1 << 20
_LONGEST = 1000
_WRITTEN = re.compile(rb"<(?:[\w.-]+:)?AcctSvcrRef\b[^>]*>([^<]*)<")


def account_of(node: Tree) -> str:
    return node.first("Id/IBAN", "Id/Othr/Id", "Id/PrtryAcct/Id", "Id/BBAN")


def shared_references(path: Path, below_statement: Callable[[list[str]], bool]) -> frozenset[tuple[str, str]]:
    """(account, reference) of those that several entries of one statement have. Raises `UnreadableFileError`."""
    if not _any_twice(path):
        return frozenset()

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


def _any_twice(path: Path) -> bool:
    """Whether a reference may stand in it twice, as the bytes tell at once; most files need no closer look."""
    seen = set[int]()
    tail = b""
    with path.open("rb") as stream:
        while chunk := stream.read(_CHUNK):
            if b"\0" in chunk:
                return True  # not written byte by byte: they tell nothing
            text = tail + chunk
            place = 0
            for found in _WRITTEN.finditer(text):
                place = found.end()
                if (mark := hash(found[1].strip())) in seen:
                    return True
                seen.add(mark)
            tail = text[max(place, len(text) - _LONGEST) :]
    return False
