"""Move finished events out of the log into a file of Django's storage, and forget old idempotency keys.

Of each stream the events from its start on go whose deliveries are all done or skipped; the newest one stays, and an
anchor, so that the chain can be verified. Stopped half-way, it goes on at the next call.
"""

from argparse import ArgumentParser
from datetime import UTC, datetime, time, timedelta

from cqrs import Clock, idempotency, services
from cqrs.console import Options, Out, as_json
from cqrs.log.archive import Archived, archive
from cqrs.registry import registry


def arguments(parser: ArgumentParser) -> None:
    limit = parser.add_mutually_exclusive_group(required=True)
    limit.add_argument("--before", type=_midnight, metavar="DATE", help="published before this day, YYYY-MM-DD in UTC")
    limit.add_argument("--days", type=int, metavar="N", help="published more than so many days ago")


def run(options: Options, out: Out) -> None:
    before = options["before"] or services.get(Clock).now() - timedelta(days=options["days"])
    result, forgotten = archive(before), idempotency.purge()
    if options["json"]:
        out(as_json(result))
        return
    for line in _told(result):
        out(line)
    out(f"{forgotten} idempotency keys forgotten.")


def _told(result: Archived) -> list[str]:
    lines = [f"{result.torn} was left half-written by an earlier run: remove it."] if result.torn else []
    lines.append(f"{result.gone.total()} events moved out of the log; new archive: {result.file or 'none'}.")
    subscribers = {entry.name: len(entry.workers) for entry in registry.of_kind("event")}
    lines += [
        f"  can no longer be replayed: {count} {name}, to {subscribers.get(name, 0)} subscribers"
        for name, count in sorted(result.gone.items())
    ]
    return [*lines, *(f"  stay: {count} {reason}" for reason, count in sorted(result.kept.items()))]


def _midnight(text: str) -> datetime:
    return datetime.combine(datetime.fromisoformat(text).date(), time(), UTC)
