"""What rows and cells that are no transactions say of themselves: totals, balances, what is not booked yet."""

import re

from reconciliation.formats.words import normalised

_TOTAL = re.compile(
    r"^(?:grand |sub ?)?(?:total|totals|totaal|totale|totali|totales|totaux|summe|gesamt|gesamtsumme"
    r"|zwischensumme|endsumme"
    r"|somme|suma|итого|всего|razem|celkem|summa|yhteensa|sum|i alt|control total|kontrollsumme)\b"
)
_OPENING = re.compile(
    r"\b(?:opening balance|balance at (?:the )?(?:start|beginning)|(?:start|starting|beginning|initial"
    r"|previous) balance"
    r"|balance brought forward|brought forward|anfangssaldo|alter (?:konto)?(?:stand|saldo)"
    r"|eroffnungssaldo|saldo ?vortrag"
    r"|solde (?:initial|precedent|d ouverture)|ancien solde|saldo (?:inicial|anterior|iniziale|precedente"
    r"|poczatkowe)"
    r"|begin ?saldo|vorig saldo|входящий (?:остаток|баланс)|баланс на начало|остаток на начало"
    r"|ingaende saldo|alkusaldo)\b"
)
_CLOSING = re.compile(
    r"\b(?:closing balance|balance at (?:the )?end|(?:end|ending|final|new) balance|balance carried forward"
    r"|carried forward|endsaldo|neuer (?:konto)?(?:stand|saldo)|schlusssaldo|solde (?:final|de cloture"
    r"|actuel)|nouveau solde"
    r"|saldo (?:final|finale|koncowe|actual)|eind ?saldo|nieuw saldo|исходящий (?:остаток|баланс)|баланс на конец"
    r"|остаток на конец|utgaende saldo|loppusaldo)\b"
)
_BALANCE = re.compile(r"^(?:balance|saldo|solde|kontostand|баланс|остаток)\b")
_NOT_BOOKED = re.compile(
    r"\b(?:pending|not booked|unbooked|authori[sz]ed|authori[sz]ation|autorizzato|in attesa"
    r"|non contabilizzato|vorgemerkt|vorgemerkte"
    r"|nicht gebucht|ausstehend|reserved|reserviert|gereserveerd|in behandeling|en attente|en cours|autorise"
    r"|pendiente|autorizado|в обработке|не проведен|ожидает|заблокировано|oczekujaca|oczekujacy|w trakcie|declined"
    r"|reverted|failed|rejected|cancelled|canceled|abgelehnt|storniert|refused|pndg|info|processing"
    r"|in progress|hold|held)\b"
)
_BOOKED = re.compile(
    r"\b(?:booked|book|posted|settled|completed|complete|cleared|gebucht|verbucht|geboekt|verwerkt"
    r"|uitgevoerd|comptabilise"
    r"|contabilizzato|contabilizado|contabilizada|исполнено|проведен|zaksiegowana|wykonany|succeeded"
    r"|success|paid|done|executed"
    r"|bokford|approved|available|reconciled|valid|final|processed)\b"
)


def is_total(text: str) -> bool:
    return bool(_TOTAL.match(normalised(text)))


def balance_kind(text: str) -> str | None:
    """`opening`, `closing`, `balance` (which of the two is not said), or None."""
    name = normalised(text)
    if _OPENING.search(name):
        return "opening"
    if _CLOSING.search(name):
        return "closing"
    return "balance" if _BALANCE.match(name) else None


def is_not_booked(text: str) -> bool:
    return bool(_NOT_BOOKED.search(normalised(text)))


def is_booked(text: str) -> bool:
    return bool(_BOOKED.search(normalised(text))) and not is_not_booked(text)


# a dated row whose text is nothing but such a phrase is no payment; compared in lower case, for whole columns at once
SUSPECT_TEXTS = tuple(
    phrase + end
    for phrase in [
        "total",
        "totals",
        "grand total",
        "subtotal",
        "sub-total",
        "totaal",
        "totale",
        "summe",
        "gesamt",
        "gesamtsumme",
        "zwischensumme",
        "итого",
        "razem",
        "opening balance",
        "closing balance",
        "initial balance",
        "final balance",
        "starting balance",
        "ending balance",
        "balance brought forward",
        "balance carried forward",
        "brought forward",
        "carried forward",
        "anfangssaldo",
        "endsaldo",
        "saldovortrag",
        "alter saldo",
        "neuer saldo",
        "solde initial",
        "solde final",
        "saldo inicial",
        "saldo final",
        "saldo iniziale",
        "saldo finale",
        "beginsaldo",
        "eindsaldo",
        "saldo anterior",
    ]
    for end in ("", ":")
)
LONGEST_SUSPECT = max(map(len, SUSPECT_TEXTS)) * 2  # in bytes
