"""Per subscriber: what waits, runs and is dead, how far it is behind, how much it does."""

from argparse import ArgumentParser

from cqrs import query_bus
from cqrs.console import Options, Out, as_json, drawn, table
from cqrs.queries.get_backlog import GetBacklog


def arguments(_parser: ArgumentParser) -> None:
    """None of its own."""


def run(options: Options, out: Out) -> None:
    found = query_bus.ask(GetBacklog())
    if options["json"]:
        out(as_json(found))
        return
    columns = ("subscriber", "waiting", "running", "dead", "attempts", "oldest, s", "done/min")
    rows = [
        (
            row.subscriber_key if row.known else f"{row.subscriber_key} (gone)",
            row.waiting, row.running, row.dead, row.attempts, f"{row.lag_seconds:.1f}", f"{row.done_per_minute:.1f}",
        )
        for row in found
    ]  # fmt: skip
    out(drawn(table(columns, rows)))
