"""The decisions of a mapping and their choices, as a person reads them."""

COLUMNS = {
    "booking_date": "Booking date",
    "value_date": "Value date",
    "occurred_at": "Instant",
    "amount": "Amount",
    "debit": "Debit amount",
    "credit": "Credit amount",
    "indicator": "Debit or credit mark",
    "currency": "Currency",
    "reference": "Reference",
    "counterparty": "Counterparty",
    "text": "Text",
    "key": "Own key of a line",
    "account": "Account",
    "status": "Status",
    "balance": "Running balance",
}
CONVENTIONS: dict[str, tuple[str, dict[str, str]]] = {
    "decimal_mark": ("Decimal mark", {".": "point: 1.50", ",": "comma: 1,50"}),
    "thousands_mark": ("Thousands mark", {"": "none", ".": "point", ",": "comma", "'": "apostrophe", " ": "space"}),
    "date_order": (
        "Order in a date",
        {
            "YMD": "year, month, day",
            "DMY": "day, month, year",
            "MDY": "month, day, year",
            "YDM": "year, day, month",
            "MYD": "month, year, day",
            "DYM": "day, year, month",
        },
    ),
    "sign": (
        "What the sign means",
        {
            "signed": "as written",
            "inverted": "the other way round",
            "indicator": "a mark beside the amount",
            "columns": "a column for debits, one for credits",
        },
    ),
}
TEXTS = {
    "currency": "Currency of the file",
    "sheet": "Sheet",
    "header_line": "Line of the header",
    "delimiter": "Delimiter",
    "encoding": "Encoding",
}


def in_words(decision: str, choice: str) -> str:
    """`DMY` as `day, month, year`, where there are words for it."""
    name = "date_order" if decision.endswith(".order") else decision
    if decision == "delimiter":
        return {"\t": "tab", ";": "semicolon", ",": "comma", "|": "bar"}.get(choice, choice)
    return CONVENTIONS.get(name, ("", {}))[1].get(choice, choice)


def decision_in_words(decision: str) -> str:
    """`fields.booking_date` as `Booking date`."""
    name = decision.removeprefix("fields.")
    label = COLUMNS.get(name) or TEXTS.get(name) or CONVENTIONS.get(name, ("", {}))[0]
    return label or name.replace("_", " ").replace(".", ", ").capitalize()
