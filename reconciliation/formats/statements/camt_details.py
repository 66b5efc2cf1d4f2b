"""The transactions of a camt entry: it may sum up thousands, of which only what they have in common is kept."""

from reconciliation.formats.statements.xml import Tree

_NO_REFERENCE = {"NOTPROVIDED", "NOT PROVIDED", "NONREF", "NONE", "-"}
_BATCH = ("Btch/PmtInfId", "Btch/MsgId")
_END_TO_END = ("Refs/EndToEndId",)
_REFERENCES = (("RmtInf/Strd/CdtrRefInf/Ref",), _END_TO_END, ("Refs/InstrId",), ("Refs/TxId",))
_NAMES = {party: (f"RltdPties/{party}/Nm", f"RltdPties/{party}/Pty/Nm") for party in ("Dbtr", "Cdtr")}
_ACCOUNTS = {
    party: (f"RltdPties/{party}Acct/Id/IBAN", f"RltdPties/{party}Acct/Id/Othr/Id") for party in ("Dbtr", "Cdtr")
}
_SHARED = (*_REFERENCES, *_NAMES.values(), *_ACCOUNTS.values())
_TEXTS = ("RmtInf/Ustrd", "AddtlTxInf")
_LONGEST_TEXT = 4000


class Details:
    """Takes the details of one entry as they pass."""

    def __init__(self) -> None:
        self.batch = ""
        self._shared: dict[tuple[str, ...], str] = {}  # empty where the transactions differ
        self._texts: dict[str, None] = {}
        self._length = 0
        self._untold = 0

    def take(self, node: Tree) -> None:
        """One `TxDtls`, or the `NtryDtls` around some of them."""
        if node.tag == "NtryDtls":
            self.batch = self.batch or node.first(*_BATCH)
            return
        for paths in _SHARED:
            if value := node.first(*paths):
                self._shared[paths] = value if self._shared.setdefault(paths, value) == value else ""
        for path in _TEXTS:
            for text in node.all(path):
                self._text(text)

    def _text(self, text: str) -> None:
        if text in self._texts:
            return
        if self._length + len(text) > _LONGEST_TEXT:
            self._untold += 1
            return
        self._length += len(text)
        self._texts[text] = None

    @property
    def end_to_end_id(self) -> str:
        return reference_in(self._shared.get(_END_TO_END, ""))

    def name(self, party: str) -> str:
        return self._shared.get(_NAMES[party], "")

    def account(self, party: str) -> str:
        return self._shared.get(_ACCOUNTS[party], "")

    def reference(self) -> str:
        """The best one that all transactions have in common, else that of the batch."""
        found = (reference_in(self._shared.get(paths, "")) for paths in _REFERENCES)
        return next(filter(None, found), "") or reference_in(self.batch)

    def text(self, of_entry: str) -> str:
        """Each text once, that of the entry last; of a large batch as many as fit, and how many more there are."""
        texts = list(filter(None, dict.fromkeys([*self._texts, of_entry])))
        return " ".join([*texts, f"(and {self._untold:,} more texts)"] if self._untold else texts)


def reference_in(text: str) -> str:
    """Nothing where the bank writes that there is none."""
    return "" if text.upper() in _NO_REFERENCE else text
