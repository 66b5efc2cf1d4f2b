"""What a person does with two files, timed: import both, run, look."""

import time
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import pyarrow as pa
import pyarrow.parquet as pq
from django.contrib.auth.models import User
from django.core.management import call_command
from django.db import connection

from cqrs import Actor, acting_as, command_bus, query_bus, services
from cqrs.testing import drain
from projects.commands.create_project import CreateProject
from projects.ids import ProjectId
from reconciliation.commands.add_source import AddSource
from reconciliation.commands.commit_import import CommitImport
from reconciliation.commands.publish_rule_set import PublishRuleSet
from reconciliation.commands.start_run import StartRun
from reconciliation.commands.upload_file import UploadFile
from reconciliation.ids import ImportId, Side, SourceId
from reconciliation.models import Import
from reconciliation.queries.get_run import GetRun
from reconciliation.queries.get_standing import GetStanding
from reconciliation.queries.list_groups import ListGroups
from reconciliation.queries.list_open_items import ListOpenItems
from reconciliation.queries.propose_rule_set import ProposeRuleSet
from reconciliation.storage import Storage

Timing = tuple[str, float]
T = TypeVar("T")

_PAIRS = """
    SELECT l.key, r.key FROM reconciliation_matchleg a
    JOIN reconciliation_matchleg b ON b.group_id = a.group_id AND b.side = 'right'
    JOIN reconciliation_record l ON l.id = a.record_id JOIN reconciliation_record r ON r.id = b.record_id
    WHERE a.side = 'left'
"""


class Journey:
    """In a new project of a new user; a stage of a worker is indented under the step that waited for it."""

    def __init__(self, left: Path, right: Path) -> None:
        self._files = {Side.LEFT: left, Side.RIGHT: right}
        call_command("migrate", verbosity=0)
        self._actor = Actor.user(User.objects.create_user(f"bench{time.time_ns()}"))
        self._took = 0.0

    def timings(self, rules: dict[str, Any] | None) -> Iterator[Timing]:
        with acting_as(self._actor, source="bench"):
            project_id = command_bus.dispatch(CreateProject(name="Benchmark"))
            for side, path in self._files.items():
                yield from self._import(project_id, side, path)
            yield from self._run(project_id, rules)
            yield from self._look(project_id)

    def import_one(self) -> Iterator[Timing]:
        """The left file alone."""
        with acting_as(self._actor, source="bench"):
            project_id = command_bus.dispatch(CreateProject(name="Benchmark"))
            yield from self._import(project_id, Side.LEFT, self._files[Side.LEFT])

    def days(self, rules: dict[str, Any], files: Iterable[tuple[Path, Path]]) -> Iterator[dict[str, float]]:
        """What each day takes after the history is there, by stage; those of the run are indented."""
        with acting_as(self._actor, source="bench"):
            project_id = command_bus.dispatch(CreateProject(name="Benchmark"))
            sources = {side: self._add_source(project_id, side) for side in Side}
            for side, path in self._files.items():
                list(self._bring_in(project_id, sources[side], path))
            list(self._run(project_id, rules))
            for day in files:
                told: dict[str, float] = {}
                for side, path in zip(Side, day, strict=True):
                    [(_, uploading), (_, importing), *_] = self._bring_in(project_id, sources[side], path)
                    told |= {f"upload {side}": uploading, f"import {side}": importing}
                [(_, running), *stages] = self._start_run(project_id)
                yield told | {"run": running} | dict(stages)

    def write_pairs(self, path: Path) -> None:
        """Confirmed and suggested pairs by the records' own keys, which are numbers in generated files."""
        with connection.cursor() as cursor:
            cursor.execute(_PAIRS)
            rows = cursor.fetchall()
        left, right = ([int(key) for key in keys] for keys in zip(*rows, strict=True))
        pq.write_table(pa.table({"bank_id": left, "ledger_id": right}), path)

    def _import(self, project_id: ProjectId, side: Side, path: Path) -> Iterator[Timing]:
        yield from self._bring_in(project_id, self._add_source(project_id, side), path)

    def _add_source(self, project_id: ProjectId, side: Side) -> SourceId:
        return command_bus.dispatch(AddSource(project_id=project_id, side=side, name=self._files[side].stem))

    def _bring_in(self, project_id: ProjectId, source_id: SourceId, path: Path) -> Iterator[Timing]:
        storage = services.get(Storage)

        def upload() -> ImportId:
            with path.open("rb") as stream:
                stored = storage.put(stream)
            return command_bus.dispatch(
                UploadFile(project_id=project_id, source_id=source_id, file_name=path.name, sha256=stored.sha256)
            )

        import_id = self._timed(upload)
        yield f"upload and detect {path.name}", self._took
        command_bus.dispatch(CommitImport(project_id=project_id, import_id=import_id))
        self._timed(drain)
        imported = Import.objects.get(pk=import_id)
        yield f"import {path.name}: {imported.records:,} records, {imported.status}", self._took
        yield from ((f"  {stage['name']}", float(stage["seconds"])) for stage in imported.stages)

    def _run(self, project_id: ProjectId, rules: dict[str, Any] | None) -> Iterator[Timing]:
        if rules is None:
            rules = self._timed(lambda: query_bus.ask(ProposeRuleSet(project_id=project_id))).document
            yield "propose rules", self._took
        command_bus.dispatch(PublishRuleSet(project_id=project_id, name="Benchmark", document=rules))
        yield from self._start_run(project_id)

    def _start_run(self, project_id: ProjectId) -> Iterator[Timing]:
        run_id = command_bus.dispatch(StartRun(project_id=project_id))
        self._timed(drain)
        run = query_bus.ask(GetRun(project_id=project_id, run_id=run_id))
        yield (
            f"run: {run.confirmed_groups:,} confirmed, {run.suggested_groups:,} suggested, {run.status}{run.error}",
            self._took,
        )
        yield from ((f"  {stage.name}", stage.seconds) for stage in run.stages)

    def _look(self, project_id: ProjectId) -> Iterator[Timing]:
        for side in Side:
            self._timed(partial(query_bus.ask, ListOpenItems(project_id=project_id, side=side)))
            yield f"first page of open items on the {side}", self._took
        for status in ("suggested", "confirmed"):
            self._timed(partial(query_bus.ask, ListGroups(project_id=project_id, status=status)))
            yield f"first page of {status} groups", self._took
        self._timed(partial(query_bus.ask, ListGroups(project_id=project_id, search="000445493")))
        yield "first page of a search", self._took
        self._timed(partial(query_bus.ask, GetStanding(project_id=project_id)))
        yield "standing", self._took

    def _timed(self, work: Callable[[], T]) -> T:
        start = time.perf_counter()
        answer = work()
        self._took = time.perf_counter() - start
        return answer
