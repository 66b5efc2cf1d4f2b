"""Move finished events out of the log into a file of Django's storage, and forget old idempotency keys.

Of each stream the events from its start on go whose deliveries are all done or skipped; the newest one stays, and an
anchor, so that the chain can be verified. Stopped half-way, it goes on at the next call.
"""

from argparse import ArgumentParser, ArgumentTypeError
from datetime import UTC, datetime, time, timedelta

from cqrs import Clock, idempotency, services
from cqrs.console import Options, Out, as_json
from cqrs.keeping.archive import Archived, archive
from cqrs.registry import registry

_MOST_DAYS = 36_500


def arguments(parser: ArgumentParser) -> None:
    limit = parser.add_mutually_exclusive_group(required=True)
    limit.add_argument("--before", type=_midnight, metavar="DATE", help="published before this day, YYYY-MM-DD in UTC")
    limit.add_argument("--days", type=_days, metavar="N", help="published more than so many days ago")


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
    try:
        return datetime.combine(datetime.fromisoformat(text).date(), time(), UTC)
    except ValueError as error:
        raise ArgumentTypeError(f"{text} is no day like 2026-12-31.") from error


def _days(text: str) -> int:
    if not text.isdecimal() or int(text) > _MOST_DAYS:
        raise ArgumentTypeError(f"{text} is no number of days from 0 to {_MOST_DAYS}.")
    return int(text)
