"""The words that headers, totals and balances use, in the languages of our users. Headers are compared without
case, accents and punctuation.
"""

import re
import unicodedata
from functools import cache, lru_cache

_SUBSTITUTES = str.maketrans({"ß": "ss", "ø": "o", "ł": "l", "đ": "d", "æ": "ae"})
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_UNWORDED = re.compile(r"[^\w+/]+|_")
EXACT, STRONG, GOOD, FAIR, WEAK = 100, 90, 75, 60, 40

_HEADERS: dict[str, dict[int, str]] = {
    "booking_date": {
        EXACT: "booking date|posting date|posted date|date posted|buchungstag|buchungsdatum|date comptable|fecha contable"
        "|fecha de contabilizacion|data contabile|boekdatum|boekingsdatum|datum boeking|data ksiegowania|bokforingsdatum"
        "|bokforingsdag|bogforingsdato|bokforingsdato|kirjauspaiva|datum zauctovani|дата проводки|data do lancamento"
        "|data lancamento|date booked|booked on|post date|gl date|accounting date|bookingdate",
        STRONG: "transaction date|date operation|date d operation|date de l operation|fecha operacion|fecha de operacion"
        "|fecha de la operacion|data operazione|data registrazione|transactiedatum|дата операции|data operacji"
        "|data transakcji|data movimento|entry date|trade date|date completed|completed date|completed at|buchung"
        "|transaktionsdatum|datum transactie|transactiondate|date de transaction|fecha movimiento",
        85: "date|datum|data|fecha|дата|dato|paivamaara|pvm|dag|tag|day|txn date|tran date",
        FAIR: "created|created at|created utc|created on|posted|posted on|settled at|payment date|invoice date|document date"
        "|belegdatum|factuurdatum|processed at|file day|date time|timestamp|date utc|created date|started date",
    },
    "value_date": {
        EXACT: "value date|valuedate|valuta date|valutadatum|valuta datum|valutadate|wertstellung|wertstellungsdatum|date de valeur"
        "|date valeur|fecha valor|fecha de valor|data valuta|rentedatum|дата валютирования|data waluty|valutadato"
        "|valuteringsdatum|rentedato|arvopaiva|datum valuty|data valor|data da valor",
        STRONG: "valuta|valeur|effective date|available on utc|available on|settlement date|interest date"
        "|дата обработки|processing date|value",
    },
    "amount": {
        EXACT: "amount|betrag|umsatz|montant|importe|importo|bedrag|valor|kwota|belopp|belob|belop|summa|сумма|castka"
        "|osszeg|maara|quantia|montante|transaction amount|net amount|amount eur|amount usd|amount gbp|amt|transactiebedrag"
        "|сумма пересчитанная в валюту счета|amount in account currency|account amount|billed amount|billing amount"
        "|settlement amount|booking amount|kwota operacji|buchungsbetrag|umsatz in|amount signed|signed amount|mutatiebedrag",
        STRONG: "net|netto|сумма операции|сумма платежа|сумма в валюте счета|total amount|payment amount|value amount",
        FAIR: "gross|brutto|total|paid|payment|price",
    },
    "debit": {
        EXACT: "debit|debit amount|debits|soll|debet|belastung|belastungen|withdrawal|withdrawals|withdrawal amount"
        "|paid out|money out|uscite|addebiti|addebito|dare|cargo|cargos|debe|salidas|uitgaven|af|ausgaben|ausgang|debito"
        "|debitos|расход|списания|списание|obciazenia|wyplata|wyplaty|debit amt|lastschrift|debits amount|out",
        FAIR: "depenses|gastos|spent|expenses|payments out|uit",
    },
    "credit": {
        EXACT: "credit|credit amount|credits|haben|gutschrift|gutschriften|deposit|deposits|deposit amount|paid in"
        "|money in|entrate|accrediti|accredito|avere|abono|abonos|haber|ingresos|inkomsten|bij|einnahmen|eingang"
        "|credito|creditos|приход|поступления|поступление|uznania|wplata|wplaty|credit amt|in",
        FAIR: "recettes|received|income|payments in",
    },
    "indicator": {
        EXACT: "af bij|bij af|debit credit|credit debit|debit/credit|credit/debit|d/c|c/d|dc|cd|d c|c d|dr/cr|cr/dr|dr cr"
        "|cr dr|s/h|s h|soll haben|soll/haben|sens|segno|+/|sign|direction|creditdebitindicator|credit debit indicator"
        "|debit credit indicator|debitcredit|vorzeichen|debet/credit|debet credit|af/bij|bij/af|dc indicator|dc code",
        WEAK: "type|transaction type|details|kind|entry type",
    },
    "currency": {
        EXACT: "currency|currency code|ccy|wahrung|waehrung|devise|moneda|divisa|munt|muntsoort|валюта|валюта счета|waluta"
        "|mena|devizanem|valuutta|moeda|account currency|curr|kontowahrung|currencycode|transaction currency|valutasoort",
        STRONG: "valuta|iso currency|cur",
        WEAK: "валюта операции",
    },
    "account": {
        EXACT: "account|account number|account no|iban|konto|kontonummer|compte|numero de compte|cuenta|conto|rekening"
        "|rekeningnummer|iban/bban|own account|auftragskonto|счет|номер счета|rachunek|numer rachunku|konto iban"
        "|account iban|iban auftragskonto|accountnumber|conta|ucet|bankkonto|account id",
        FAIR: "account name|номер карты|card number|card id|card|account key|bank account|номер карты/счета/договора",
    },
    "reference": {
        EXACT: "reference|ref|referenz|referencia|riferimento|reference number|kenmerk|betalingskenmerk|end to end id"
        "|end to end reference|kundenreferenz|payment reference|betalingsreferentie|reference no|ref no|viitenumero|viite"
        "|numero de reference|ocr|referens|referentie|referencenumber|end to end referenz|referenzen|referencja",
        GOOD: "invoice|invoice number|invoice no|document number|номер документа|document no|rechnungsnummer|factuurnummer"
        "|bank reference|customer reference|voucher|belegnummer|numero facture|order id|order number|remittance reference",
        WEAK: "operation number|check number|check or slip|cheque number|cheque no|check no|slip",
    },
    "counterparty": {
        EXACT: "counterparty|counterparty name|counter party|payee|payer|beneficiary|merchant|merchant name|partner"
        "|partner name|auftraggeber|empfanger|begunstigter|beguenstigter|zahlungspflichtiger|auftraggeber/empfanger"
        "|beneficiaire|beneficiario|naam tegenpartij|tegenpartij|naam/omschrijving|begunstigde|контрагент|получатель"
        "|kontrahent|motpart|vendor|vendor name|customer|customer name|supplier|supplier name|kunde|lieferant|cliente"
        "|client|debiteur|crediteur|nadawca/odbiorca|counterparty/name|name zahlungsbeteiligter|beguenstigter/zahlungspflichtiger",
        GOOD: "name|naam|nom|nombre|nome|nazwa|namn|navn|naam omschrijving|party|other party",
    },
    "text": {
        EXACT: "description|text|memo|narrative|verwendungszweck|buchungstext|libelle|concepto|descripcion|descrizione"
        "|causale|omschrijving|mededelingen|mededeling|payment details|transaction description|основание|назначение"
        "|назначение платежа|описание|opis|opis operacji|tytul|tytul operacji|beskrivning|tekst|selite|viesti|popis"
        "|kozlemeny|descricao|historico|remittance information|remittance info|purpose|narration|betreff|communication"
        "|transaction details|zahlungszweck|buchungsdetails|descrizione completa|particulars|beschreibung",
        GOOD: "details|detail|remarks|remark|remarque|label|title|note|notes|comment|comments|information|message|observaciones",
    },
    "balance": {
        EXACT: "balance|running balance|saldo|solde|kontostand|ending balance|current balance|available balance|баланс"
        "|остаток|balance after|saldo nachher|account balance|saldo na mutatie|saldo po operacji|zustatek|egyenleg"
        "|balance amount|saldo contable|saldo disponible|ledger balance|book balance|saldo na trn|balance after booking",
    },
    "opening_balance": {EXACT: "opening balance|initial balance|start balance|starting balance|beginsaldo|anfangssaldo"},
    "closing_balance": {EXACT: "closing balance|final balance|end balance|eindsaldo|endsaldo"},
    "status": {
        EXACT: "status|state|state type|statetype|stato|estado|etat|statut|статус|booking status|transaction status"
        "|payment status|stan|tila|stav|situacao",
    },
    "key": {
        EXACT: "id|transaction id|transactionid|trx id|txn id|tx id|unique id|record id|line id|fitid|balance transaction id"
        "|transactie id|transaktions id|transaction number|identifier|uuid|guid",
        STRONG: "bank id|ledger id|entry id|row id|external id|journal id|volgnr|volgnummer|buchungs id|posting id",
    },
}
_GENERIC = {
    "booking_date": re.compile(r"\b(?:date|datum|data|fecha|дата|dato|day)\b"),
    "amount": re.compile(r"\b(?:amount|betrag|umsatz|montant|importe|importo|bedrag|kwota|belopp|сумма|net)\b"),
    "currency": re.compile(r"\b(?:currency|ccy|wahrung|devise|moneda|divisa|валюта|waluta)\b"),
    "balance": re.compile(r"\b(?:balance|saldo|solde|kontostand|баланс)\b"),
    "reference": re.compile(r"\b(?:reference|referenz|referencia|riferimento|kenmerk)\b"),
    "account": re.compile(r"\b(?:account number|kontonummer|rekeningnummer|iban)\b"),
    "key": re.compile(r"\bid$"),
    "text": re.compile(r"\b(?:description|verwendungszweck|libelle|descripcion|descrizione|omschrijving|основание)\b"),
    "counterparty": re.compile(r"\b(?:counterparty|auftraggeber|begunstigter|tegenpartij|контрагент|merchant name)\b"),
}
_ELSEWHERE = re.compile(
    r"\b(?:original|foreign|instructed|fx|exchange|initial|final|start|end|due|birth|dob|expiry|from|to|begin|period"
    r"|counterparty account|counterparty iban|tegenrekening|gegenkonto|fremd|ursprung|tax|vat|fee|fees|commission|rate)\b"
)


def normalised(header: str) -> str:
    """`Bedrag (EUR)` → `bedrag eur`, `ValutaDate` → `valuta date`, `created_utc` → `created utc`."""
    split = _CAMEL.sub(" ", header.strip().strip("'\""))
    plain = unicodedata.normalize("NFKD", split.casefold().translate(_SUBSTITUTES))
    bare = "".join(letter for letter in plain if not unicodedata.combining(letter))
    return " ".join(re.sub(r"\s*/\s*", "/", _UNWORDED.sub(" ", bare)).split())


@lru_cache(maxsize=4096)
def roles_of(header: str) -> dict[str, int]:
    """The fields that a header may be the name of, with how surely (0 to 100)."""
    name = normalised(header)
    found = dict(_phrases().get(name, {})) or dict(_phrases().get(_without_currency(name), {}))
    if found or not name or _ELSEWHERE.search(name):
        return found
    return {role: 50 for role, pattern in _GENERIC.items() if pattern.search(name)}


def field_name(header: str) -> str:
    """The name under which a column that is no core field can be used: `Batch ID` → `batch_id`."""
    return re.sub(r"\W+", "_", normalised(header)).strip("_")


@cache
def _phrases() -> dict[str, dict[str, int]]:
    table: dict[str, dict[str, int]] = {}
    for role, graded in _HEADERS.items():
        for weight, phrases in graded.items():
            for phrase in phrases.split("|"):
                table.setdefault(normalised(phrase), {}).setdefault(role, weight)
    return table


def _without_currency(name: str) -> str:
    return re.sub(r"\s(?:in )?[a-z]{3}$", "", name)
