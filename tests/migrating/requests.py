"""Run inside the app of the guide, at any of its steps: the same requests, and what came of them as JSON.

Then the commands of `manage.py` that its arguments name, with what each prints and whether it succeeds.
"""

import json
import sys
from importlib.util import find_spec
from io import StringIO

import django
from django.apps import apps
from django.core import mail
from django.core.management import CommandError, call_command
from django.test import Client
from django.test.utils import setup_test_environment
from django.utils.module_loading import import_string


def place(client: Client, product: int, quantity: int) -> list[object]:
    response = client.post("/place/", {"customer": "ada@example.org", "product": product, "quantity": quantity})
    return [response.status_code, sorted(response.json())]


def mails() -> list[str]:
    if apps.is_installed("cqrs") and find_spec("orders.subscribers"):
        from cqrs.testing import drain  # noqa: PLC0415  not every step has it

        drain()
    return [str(message.body) for message in mail.outbox]


def requests() -> list[object]:
    call_command("migrate", run_syncdb=True, verbosity=0)
    product = import_string("stock.models.Product").objects.create(name="Lamp", on_hand=3)
    client = Client()
    seen = {
        "placed": [place(client, product.pk, 2), place(client, product.pk, 2)],
        "demand": client.get("/demand/").json(),
        "mails": mails(),
        "cancelled": client.post("/cancel/1/").status_code,
        "demand after": client.get("/demand/").json(),
    }
    product.refresh_from_db()
    return [seen, product.on_hand]


def commands(lines: list[str]) -> list[tuple[str, bool]]:
    said = []
    for line in lines:
        out, succeeded = StringIO(), True
        try:
            call_command(*line.split()[3:], stdout=out)
        except CommandError:
            succeeded = False
        said.append((out.getvalue(), succeeded))
    return said


if __name__ == "__main__":
    django.setup()
    setup_test_environment()  # mails are kept in a list
    print(json.dumps({"requests": requests(), "commands": commands(sys.argv[1:])}))
