"""`manage.py messages`: every message, who may send it, who answers it, who reacts to it."""

import json
from argparse import ArgumentParser
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from cqrs import contract, strays
from cqrs.console import drawn, table
from cqrs.contract.compatibility import incompatibilities
from cqrs.seeing import message_map
from cqrs.seeing.asyncapi import asyncapi
from cqrs.seeing.flow import flow

_NEWEST = 100_000
_ITSELF = Path()  # --write and --check of the contract, which is named already


class Command(BaseCommand):
    help = "The map of all messages: as a list, as --json, as a --mermaid diagram, or as the kept Markdown page."

    def add_arguments(self, parser: ArgumentParser) -> None:
        form = parser.add_mutually_exclusive_group()
        form.add_argument("--json", action="store_true", help="as a JSON list")
        form.add_argument("--mermaid", action="store_true", help="as a Mermaid flowchart of events and reactions")
        form.add_argument("--asyncapi", action="store_true", help="as an AsyncAPI 3.0 document")
        form.add_argument(
            "--write", metavar="FILE", nargs="?", type=Path, const=_ITSELF, help="write the Markdown page"
        )
        form.add_argument("--strays", action="store_true", help="what goes past the buses; fails when there is any")
        form.add_argument(
            "--observed", action="store_true", help="what led to what: as declared, and as the log saw it"
        )
        form.add_argument(
            "--check", metavar="FILE", nargs="?", type=Path, const=_ITSELF, help="fail when the Markdown page is stale"
        )
        of_contract = (
            "compare the messages with their contract; with --check it may not be stale, with --write it is kept"
        )
        parser.add_argument("--contract", metavar="FILE", type=Path, help=of_contract)
        parser.add_argument("--accept", action="store_true", help="write the contract although others may break")

    def handle(self, *_: Any, **options: Any) -> None:
        if path := options["contract"]:
            self._contract(path, **{name: options[name] for name in ("write", "check", "accept")})
        elif options["json"]:
            self.stdout.write(json.dumps([asdict(row) for row in message_map.rows()], indent=2))
        elif options["mermaid"]:
            self.stdout.write(message_map.mermaid(), ending="")
        elif options["asyncapi"]:
            self.stdout.write(json.dumps(asyncapi(getattr(settings, "CQRS_TITLE", "Messages"), "1"), indent=2))
        elif path := options["write"]:
            path.write_text(message_map.markdown(), encoding="utf-8")
        elif path := options["check"]:
            _check(path)
        elif options["strays"]:
            self._list_strays()
        elif options["observed"]:
            self._list_flow()
        else:
            self._list()

    def _contract(self, path: Path, *, write: Path | None, check: Path | None, accept: bool) -> None:
        current = contract.contract()
        kept = path.read_text(encoding="utf-8") if path.exists() else ""
        broken = incompatibilities(json.loads(kept), current) if kept and not accept else []
        for each in broken:
            self.stderr.write(each)
        if broken:
            raise CommandError(f"{len(broken)} changes break {path}. Where that is meant: --write --accept.")
        if write:
            path.write_text(contract.text(current), encoding="utf-8")
        elif check and kept != contract.text(current):
            raise CommandError(
                f"{path} is stale: `manage.py messages --contract {path} --write`, and look at the diff."
            )

    def _list_flow(self) -> None:
        rows = [
            (edge.cause, edge.via or "in its transaction", edge.effect or "delivered", edge.seen, edge.differs)
            for edge in flow(_NEWEST)
        ]
        title = f"Declared, and seen among the newest {_NEWEST:,} events"
        self.stdout.write(drawn(table(("event", "through", "leads to", "seen", "differs"), rows, title)))

    def _list_strays(self) -> None:
        found = strays.strays()
        for stray in found:
            self.stdout.write(str(stray))
        if found:
            raise CommandError(f"{len(found)} go past the buses. What has to be so says why: `# stray: <reason>`.")
        self.stdout.write("No write and no model goes past the buses.")

    def _list(self) -> None:
        for row in message_map.rows():
            self.stdout.write(f"{row.kind:8} {self.style.MIGRATE_HEADING(row.name)}  {row.says}")
            reactions = {"handled by": row.handlers, "subscriber": row.subscribers, "worker": row.workers}
            for role, keys in reactions.items():
                for key in keys:
                    self.stdout.write(f"         {role}: {key}")


def _check(path: Path) -> None:
    if not path.exists() or path.read_text(encoding="utf-8") != message_map.markdown():
        raise CommandError(f"{path} is stale: run `manage.py messages --write {path}` and look at what changed.")
