"""The field `:86:`: free text, `?20` subfields, or `/EREF/` keywords, by what is there."""

import re
from dataclasses import dataclass

_SUBFIELD = re.compile(r"\?(\d\d)")
_KEYWORD = re.compile(
    r"/(TRTP|IBAN|BIC|NAME|REMI|EREF|MARF|CSID|BENM|ORDP|CNTP|PREF|RTRN|ADDR|ID|ISDT|PURP|ULTC|ULTD|SVCL|TR|RREF|OPTE|ACID|CDTRREF|USTD|STRD|NRTX)/"
)
_SEPA = re.compile(r"(EREF|KREF|MREF|CRED|DEBT|SVWZ|ABWA|ABWE|IBAN|BIC)\+")
_NO_REFERENCE = {"NOTPROVIDED", "NOT PROVIDED", "NONREF", ""}
_TEXT = frozenset(f"{number:02}" for number in (*range(20, 30), *range(60, 64)))
_MANY = 2


@dataclass(frozen=True, slots=True)
class Narrative:
    text: str = ""
    reference: str = ""
    counterparty: str = ""
    account: str = ""


def read_narrative(lines: list[str]) -> Narrative:
    """Never fails: what follows no convention is the text as it stands."""
    joined = "".join(lines)
    pieces = _SUBFIELD.split(joined) if "?" in joined else []
    if len(pieces) > 2 * _MANY:
        return _subfields(pieces)
    if "/" in joined and len(_KEYWORD.findall(joined)) >= _MANY:
        return _keywords(joined)
    return Narrative(text=" ".join(line.strip() for line in lines if line.strip()))


def _subfields(pieces: list[str]) -> Narrative:
    found: dict[str, str] = {}
    for code, text in zip(pieces[1::2], pieces[2::2], strict=True):
        found[code] = found[code] + text if code in found else text
    text = "".join([found[code] for code in sorted(found) if code in _TEXT])
    sepa = _pairs(_SEPA, text)
    return Narrative(
        text=f"{found.get('00', '').strip()} {sepa.get('SVWZ', text).strip()}".strip(),
        reference=_reference(sepa, "EREF", "KREF"),
        counterparty=(found.get("32", "") + found.get("33", "")).strip(),
        account=found.get("31", "").strip(),
    )


def _keywords(joined: str) -> Narrative:
    found = _pairs(_KEYWORD, joined)
    return Narrative(
        text=found.get("REMI", "").removeprefix("USTD//") or found.get("USTD") or joined.strip(),
        reference=_reference(found, "CDTRREF", "EREF", "PREF"),
        counterparty=found.get("NAME", ""),
        account=found.get("IBAN", ""),
    )


def _pairs(keys: re.Pattern[str], text: str) -> dict[str, str]:
    """Keyword → what follows it; of a keyword that comes twice the first."""
    pieces = keys.split(text)
    found: dict[str, str] = {}
    for key, value in zip(pieces[1::2], pieces[2::2], strict=True):
        found.setdefault(key, value.strip(" /"))
    return found


def _reference(found: dict[str, str], *keys: str) -> str:
    return next((found[key] for key in keys if found.get(key, "").upper() not in _NO_REFERENCE), "")
