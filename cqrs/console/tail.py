"""The newest events, and with --follow each further one as it happens."""

from argparse import ArgumentParser
from time import sleep

from cqrs import query_bus
from cqrs.console import Options, Out, as_json
from cqrs.log import feed
from cqrs.queries.list_events import ListEvents
from cqrs.queries.rows import EventRow, event_row

_LOOKS_EVERY = 0.5
_BATCH = 500
_LONGEST_PAYLOAD = 120


def arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--name", default="", help="of the event")
    parser.add_argument("--stream", default="", help="kind:id")
    parser.add_argument("--request", default="", metavar="ID", help="a correlation id")
    parser.add_argument("--follow", "-f", action="store_true", help="until interrupted")
    parser.add_argument("--limit", "-n", type=int, default=20, help="how many at first")


def run(options: Options, out: Out) -> None:
    wanted = {"name": options["name"], "stream": options["stream"], "correlation_id": options["request"]}
    place = feed.end()
    page = query_bus.ask(ListEvents(**wanted, limit=max(options["limit"], 1)))
    for row in reversed(page.items if options["limit"] else ()):
        _print(row, options, out)
    while options["follow"]:
        events = feed.read(place, _BATCH)
        shown = {row.sequence for row in page.items}
        for event in events:
            place = feed.Position.of(event)
            if event.sequence not in shown and all(getattr(event, key) == text for key, text in wanted.items() if text):
                _print(event_row(event), options, out)
        if len(events) < _BATCH:
            sleep(_LOOKS_EVERY)


def _print(row: EventRow, options: Options, out: Out) -> None:
    if options["json"]:
        out(as_json(row))
        return
    payload = " ".join(f"{name}={value}" for name, value in row.payload.items())
    cut = payload if len(payload) <= _LONGEST_PAYLOAD else f"{payload[:_LONGEST_PAYLOAD]}…"
    out(f"{row.sequence:>8} {row.at:%H:%M:%S.%f} {row.name} {row.stream}#{row.position} {row.actor_name}  {cut}")
