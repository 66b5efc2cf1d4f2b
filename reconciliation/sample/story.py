"""What happened in October, chapter by chapter; each chapter is one thing that makes reconciling interesting."""

import random

from reconciliation.sample import endings
from reconciliation.sample.lines import BankLine, LedgerLine, Pages, cents, day
from reconciliation.sample.names import CUSTOMERS, SHOPPERS, STAFF, SUPPLIERS

SPELLINGS = ("Invoice {}", "Rechnung {} vielen Dank", "RE {} KD 1187", "/ROC/{}//", "paying {} with thanks")


def invoices_paid_with_their_number(chance: random.Random) -> Pages:
    """Customers who quote the invoice number where it belongs."""
    pages = Pages()
    for number in range(412, 472):
        reference, customer = f"INV-2026-0{number}", CUSTOMERS[number % len(CUSTOMERS)]
        amount, paid = cents(chance.randint(9_000, 480_000)), 1 + (number * 7) % 26
        pages.add(
            LedgerLine(day(paid), customer, f"Receipt for {reference}", amount, reference),
            BankLine(day(paid + chance.randint(0, 2)), customer.upper(), "SEPA CREDIT TRANSFER", amount, reference),
        )
    return pages


def invoices_quoted_in_passing(chance: random.Random) -> Pages:
    """Customers who write the number somewhere in the text, each in a spelling of their own."""
    pages = Pages()
    for number in range(472, 502):
        reference, customer = f"INV-2026-0{number}", CUSTOMERS[(number * 3) % len(CUSTOMERS)]
        quoted = reference if number % 3 else reference.replace("-", " ")
        details = SPELLINGS[number % len(SPELLINGS)].format(quoted)
        amount, paid = cents(chance.randint(9_000, 320_000)), 2 + (number * 5) % 25
        pages.add(
            LedgerLine(day(paid), customer, f"Receipt for {reference}", amount, reference),
            BankLine(day(paid + chance.randint(0, 2)), customer.upper(), details, amount),
        )
    return pages


def customers_abroad(chance: random.Random) -> Pages:
    """Their banks take a charge on the way, so less arrives than was invoiced."""
    pages = Pages()
    for number in range(502, 510):
        reference, customer = f"INV-2026-0{number}", CUSTOMERS[(number * 7) % len(CUSTOMERS)]
        amount, charge = cents(chance.randint(60_000, 250_000)), cents(chance.choice((250, 400, 750)))
        paid = number - 498
        pages.add(
            LedgerLine(day(paid), customer, f"Receipt for {reference}", amount, reference),
            BankLine(day(paid + 1), customer.upper(), "FOREIGN PAYMENT SHA", amount - charge, reference),
        )
    return pages


def shop_payouts(chance: random.Random) -> Pages:
    """Twice a week the card processor pays out the web shop's orders in one sum, less its fee."""
    pages = Pages()
    order = 20_417
    for count, paid in enumerate((2, 6, 9, 13, 16, 20, 23, 27, 30)):
        batch, gross, fees = f"PO-88{120 + count * 3}", cents(0), cents(0)
        for _ in range(chance.randint(9, 15)):
            shopper, amount, order = chance.choice(SHOPPERS), cents(chance.randint(1_490, 18_900)), order + 1
            pages.add(LedgerLine(day(max(paid - 2, 1)), shopper, f"Web order {order}", amount, batch))
            gross, fees = gross + amount, fees + (amount * 14 / 1000 + cents(25)).quantize(cents(1))
        if count % 3 == 1:
            refund, shopper = cents(chance.randint(1_490, 6_000)), chance.choice(SHOPPERS)
            pages.add(LedgerLine(day(paid - 1), shopper, "Refund of a web order", -refund, batch))
            gross -= refund
        pages.add(BankLine(day(paid), "PAYWELL PAYMENTS BV", f"PAYOUT {batch} NET OF FEES", gross - fees, batch))
    return pages


def suppliers_paid(chance: random.Random) -> Pages:
    """Our own payments: the bank repeats the reference we gave it."""
    pages = Pages()
    for number in range(36):
        reference, supplier = f"PAY-{7_310 + number}", SUPPLIERS[number % len(SUPPLIERS)]
        amount, paid = cents(-chance.randint(4_000, 260_000)), 1 + (number * 11) % 27
        pages.add(
            LedgerLine(day(paid), supplier, "Supplier payment", amount, reference),
            BankLine(day(paid + 1), supplier, f"SEPA TRANSFER {reference}", amount, reference),
        )
    return pages


def payroll(chance: random.Random) -> Pages:
    """One debit at the bank, one posting for each person in the ledger."""
    pages = Pages()
    salaries = [cents(-chance.randint(184_000, 342_000)) for _ in STAFF]
    for name, salary in zip(STAFF, salaries, strict=True):
        pages.add(LedgerLine(day(27), name, "Net salary October", salary, "SALARY-2026-10"))
    pages.add(BankLine(day(28), "SALARIES", "BATCH OF 9 PAYMENTS", sum(salaries, cents(0)), "SALARY-2026-10"))
    return pages


def tell(seed: int = 2026) -> Pages:
    """The whole month. The same seed tells the same story, line for line."""
    chance = random.Random(seed)  # noqa: S311 - a story, not a secret
    chapters = (
        invoices_paid_with_their_number,
        invoices_quoted_in_passing,
        customers_abroad,
        shop_payouts,
        suppliers_paid,
        payroll,
    )
    told = [chapter(chance) for chapter in chapters]
    return Pages.bound([*told, *endings.all_chapters()])
