"""Two libraries on the same work: so many jobs with nothing to do, in one worker, one at a time.

Run by the Python that has them: `python benchmarks/deliveries/peers.py NAME ADDRESS COUNT` prints jobs per second.
"""

import asyncio
import sys
import time
from importlib import import_module
from urllib.parse import urlsplit


def procrastinate(address: str, count: int) -> float:
    library = import_module("procrastinate")
    app = library.App(connector=library.PsycopgConnector(conninfo=address))

    async def do_nothing(number: int) -> None: ...

    nothing = app.task(name="nothing")(do_nothing)

    async def work() -> float:
        async with app.open_async():
            await app.schema_manager.apply_schema_async()
            await nothing.batch_defer_async(*[{"number": number} for number in range(count)])
            begin = time.perf_counter()
            await app.run_worker_async(wait=False, concurrency=1, listen_notify=False, install_signal_handlers=False)
            return count / (time.perf_counter() - begin)

    return asyncio.run(work())


def django_domain_events(address: str, count: int) -> float:
    from dataclasses import dataclass  # noqa: PLC0415  with Django, which only this peer needs

    import django  # noqa: PLC0415
    from django.conf import settings  # noqa: PLC0415

    place = urlsplit(address)
    database = {"HOST": place.hostname, "PORT": place.port, "USER": place.username, "NAME": place.path[1:]}
    apps = ["django.contrib.contenttypes", "django.contrib.auth", "django_domain_events"]
    settings.configure(
        INSTALLED_APPS=apps, DATABASES={"default": {"ENGINE": "django.db.backends.postgresql", **database}}, USE_TZ=True
    )
    django.setup()
    from django.core.management import call_command  # noqa: PLC0415
    from django.db import transaction  # noqa: PLC0415

    library = import_module("django_domain_events")

    @dataclass(frozen=True, slots=True)
    class Happened:
        number: int

    library.event(name="Happened")(Happened)

    def do_nothing(evt: Happened) -> None: ...

    library.receiver(Happened, mode=library.DURABLE, key="nothing")(do_nothing)
    call_command("migrate", verbosity=0)
    with transaction.atomic():
        for number in range(count):
            library.fire(Happened(number))
    begin = time.perf_counter()
    library.drain_outbox()
    return count / (time.perf_counter() - begin)


if __name__ == "__main__":
    peer = {"procrastinate": procrastinate, "django-domain-events": django_domain_events}[sys.argv[1]]
    print(peer(sys.argv[2], int(sys.argv[3])))
