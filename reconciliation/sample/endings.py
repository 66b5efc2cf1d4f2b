"""The chapters that end badly, or well only at a second look: written out, for each line is one of a kind."""

from decimal import Decimal

from reconciliation.sample.lines import BankLine, LedgerLine, Pages, day


def names_with_typos() -> Pages:
    """Standing orders without a reference; the two books spell the same company differently."""
    pages = Pages()
    for booked, at_the_bank, in_the_ledger, what, amount in (
        (1, "STADTWERKE FREIBURG GMBH", "Stadtwerke Freiburg", "Electricity", "-1284.60"),
        (1, "HAUSVERWALTUNG BRENER", "Hausverwaltung Brenner GmbH", "Workshop rent", "-2650.00"),
        (2, "ALLIANZ VERSICHERUNGS-AG", "Allianz Versicherung", "Insurance", "-318.42"),
        (5, "TELEKOM DEUTSCHLAND GMBH", "Deutsche Telekom", "Telephone", "-89.95"),
        (6, "BADENOVA GAS", "Badenova", "Gas for the kilns", "-2113.77"),
        (8, "WASSERWERK DER STADT FREIBRUG", "Wasserwerk der Stadt Freiburg", "Water", "-176.20"),
        (12, "LEASEPLAN DEUTSCHLND", "LeasePlan Deutschland", "Delivery van", "-429.00"),
        (14, "BERUFSGENOSSENSCHAFT BGHM", "BGHM Berufsgenossenschaft", "Accident insurance", "-512.35"),
        (15, "FINANZAMT FREIBURG-STADT", "Finanzamt Freiburg", "VAT prepayment", "-6420.18"),
        (19, "KERAMIK VERBAND E V", "Keramikverband e.V.", "Membership", "-240.00"),
        (21, "GALLERY LINDQUIST", "Gallery Lindqvist AB", "Deposit for a commission", "1500.00"),
        (26, "AOK BADEN WUERTTEMBERG", "AOK Baden-Württemberg", "Health insurance", "-4871.06"),
    ):
        pages.add(
            BankLine(day(booked + 1), at_the_bank, "DIRECT DEBIT" if amount[0] == "-" else "CREDIT", Decimal(amount)),
            LedgerLine(day(booked), in_the_ledger, what, Decimal(amount)),
        )
    return pages


def twins() -> Pages:
    """Equal in everything that either book records; which belongs to which does not matter."""
    pages = Pages()
    for booked, party, what, amount, count in (
        (7, "Parkhaus Am Dom", "Parking", "-12.00", 2),
        (13, "Canva Pty Ltd", "Subscription, one seat", "-11.99", 3),
        (22, "DHL Paket GmbH", "Parcel insurance", "-29.90", 2),
    ):
        for _ in range(count):
            pages.add(
                BankLine(day(booked), party.upper(), "CARD PAYMENT", Decimal(amount)),
                LedgerLine(day(booked), party, what, Decimal(amount)),
            )
    return pages


def timing_differences() -> Pages:
    """Booked on one side of the month's end and paid on the other."""
    pages = Pages()
    pages.add(
        BankLine(day(1), "KILN PARTS EUROPE BV", "SEPA TRANSFER PAY-7308", Decimal("-845.20"), "PAY-7308"),
        BankLine(day(2), "NORDIC TABLE OY", "SEPA CREDIT TRANSFER", Decimal("1960.00"), "INV-2026-0398"),
        LedgerLine(day(29), "Spedition Albers GmbH", "Supplier payment", Decimal("-388.75"), "PAY-7346"),
        LedgerLine(day(30), "Tonwerk Westerwald GmbH", "Supplier payment", Decimal("-1712.40"), "PAY-7347"),
        LedgerLine(day(30), "Hotel Seeblick GmbH", "Receipt for INV-2026-0510", Decimal("2340.00"), "INV-2026-0510"),
        LedgerLine(day(30), "Jonas Becker", "Web order 20551", Decimal("74.90"), "PO-88147"),
        LedgerLine(day(30), "Ines Carvalho", "Web order 20552", Decimal("129.00"), "PO-88147"),
        LedgerLine(day(30), "Nora Weiss", "Web order 20553", Decimal("38.50"), "PO-88147"),
    )
    return pages


def rivals() -> Pages:
    """Two orders of one customer for the same sum, one payment that names neither."""
    pages = Pages()
    pages.add(
        LedgerLine(day(14), "Weingut Steiner", "Receipt for INV-2026-0511", Decimal("720.00"), "INV-2026-0511"),
        LedgerLine(day(14), "Weingut Steiner", "Receipt for INV-2026-0512", Decimal("720.00"), "INV-2026-0512"),
        BankLine(day(15), "WEINGUT STEINER", "UEBERWEISUNG TONKRUEGE", Decimal("720.00")),
    )
    return pages


def genuine_errors() -> Pages:
    """What the accountant is looking for."""
    pages = Pages()
    pages.add(
        # Two digits changed places in the ledger.
        BankLine(day(9), "MUSEUMSSHOP BASEL AG", "SEPA CREDIT TRANSFER", Decimal("1839.50"), "INV-2026-0513"),
        LedgerLine(day(9), "Museumsshop Basel AG", "Receipt for INV-2026-0513", Decimal("1893.50"), "INV-2026-0513"),
        # Paid 540, booked as 450.
        BankLine(day(16), "Druckerei Sommer GmbH", "SEPA TRANSFER PAY-7348", Decimal("-540.00"), "PAY-7348"),
        LedgerLine(day(15), "Druckerei Sommer GmbH", "Supplier payment", Decimal("-450.00"), "PAY-7348"),
        # One receipt booked twice.
        BankLine(day(20), "STUDIO VERMEER BV", "SEPA CREDIT TRANSFER", Decimal("1188.00"), "INV-2026-0514"),
        LedgerLine(day(20), "Studio Vermeer BV", "Receipt for INV-2026-0514", Decimal("1188.00"), "INV-2026-0514"),
        LedgerLine(day(21), "Studio Vermeer BV", "Receipt for INV-2026-0514", Decimal("1188.00"), "INV-2026-0514"),
        # Never booked at all.
        BankLine(day(30), "SPARKASSE FREIBURG", "ACCOUNT FEES OCTOBER", Decimal("-34.80")),
        BankLine(day(30), "SPARKASSE FREIBURG", "INTEREST", Decimal("17.26")),
        BankLine(day(23), "STREAMFLIX COM", "CARD PAYMENT 23.10. 21:14", Decimal("-17.99")),
    )
    return pages


def all_chapters() -> list[Pages]:
    return [names_with_typos(), twins(), timing_differences(), rivals(), genuine_errors()]
