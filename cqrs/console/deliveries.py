"""Deliveries by status and subscriber, the newest first."""

from argparse import ArgumentParser

from cqrs import query_bus
from cqrs.console import Options, Out, as_json, drawn, table
from cqrs.queries.list_deliveries import ListDeliveries


def arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--status", default="", help="waiting, running, done, dead or skipped")
    parser.add_argument("--subscriber", default="", metavar="KEY")
    parser.add_argument("--order-key", default="", metavar="KEY")
    parser.add_argument("--after", metavar="NUMBER", help="go on from here, as the page before said")
    parser.add_argument("--limit", type=int, default=50)


def run(options: Options, out: Out) -> None:
    page = query_bus.ask(
        ListDeliveries(
            status=options["status"],
            subscriber_key=options["subscriber"],
            order_key=options["order_key"],
            after=options["after"],
            limit=options["limit"],
        )
    )
    if options["json"]:
        out(as_json(page))
        return
    columns = ("delivery", "event", "stream", "subscriber", "key", "status", "attempts", "due", "error")
    rows = [
        (
            row.id, row.event_name, row.stream, row.subscriber_key if row.known else f"{row.subscriber_key} (gone)",
            row.order_key, row.status, row.attempts, row.available_at, row.cause,
        )
        for row in page.items
    ]  # fmt: skip
    out(drawn(table(columns, rows), *([f"\n--after {page.next} shows older ones"] if page.next else [])))
