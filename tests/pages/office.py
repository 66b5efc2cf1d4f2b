"""A project with something on every page: every state of a match, hostile texts, a file that awaits its commit."""

import io
from dataclasses import dataclass

from django.contrib.auth.models import User

from cqrs import Actor, acting_as, command_bus, query_bus, services
from cqrs.testing import drain
from projects.commands.add_member import AddMember
from projects.commands.create_project import CreateProject
from projects.ids import ProjectId, Role
from reconciliation.commands.add_source import AddSource
from reconciliation.commands.commit_import import CommitImport
from reconciliation.commands.publish_rule_set import PublishRuleSet
from reconciliation.commands.simulate_rule_set import SimulateRuleSet
from reconciliation.commands.start_run import StartRun
from reconciliation.commands.upload_file import UploadFile
from reconciliation.ids import (
    ConnectionId,
    GroupId,
    ImportId,
    RecordId,
    RejectedLineId,
    RuleSetId,
    RunId,
    Side,
    SimulationId,
    SourceId,
)
from reconciliation.queries.list_groups import ListGroups
from reconciliation.queries.list_open_items import ListOpenItems
from reconciliation.queries.list_rejected_lines import ListRejectedLines
from reconciliation.storage import Storage

HOSTILE_TEXT = "<script>alert(1)</script>"
HOSTILE_TEMPLATE = "{{7*7}}"
BANK = f"""Date,Reference,Name,Amount,Currency
2026-10-01,INV-0001,Acme Ltd,100.00,EUR
2026-10-02,INV-0002,{HOSTILE_TEXT},250.00,EUR
2026-10-03,INV-0003,Bellows & Sons,75.50,EUR
2026-10-04,INV-0004,{HOSTILE_TEMPLATE},19.99,EUR
2026-10-05,INV-0005,{HOSTILE_TEXT},n/a,EUR
"""
LEDGER = f"""Date,Reference,Name,Amount,Currency
2026-10-01,INV-0001,Acme Ltd,100.00,EUR
2026-10-02,INV-0002,{HOSTILE_TEXT},248.50,EUR
2026-10-03,INV-0003,Bellows & Sons,75.50,EUR
2026-10-09,INV-0099,Unknown party,19.99,EUR
"""
RULES = {
    "name": "Rules",
    "passes": [
        {"name": "Reference and amount", "rules": [{"type": "SameReference"}, {"type": "SameAmount"}]},
        {
            "name": "Reference alone",
            "rules": [{"type": "SameReference"}],
            "decide": {"confirm_at": 100, "suggest_at": 10},
        },
    ],
}


@dataclass(frozen=True)
class Office:
    """The ids that the pages' addresses need."""

    project_id: ProjectId
    user_id: int
    import_id: ImportId
    proposed_id: ImportId
    rule_set_id: RuleSetId
    run_id: RunId
    group_id: GroupId
    suggested_id: GroupId
    record_id: RecordId
    source_id: SourceId
    connection_id: ConnectionId
    rejected_line_id: RejectedLineId
    simulation_id: SimulationId

    def place(self, name: str) -> int | str:
        """`place` is that of a duplicate: the first one, if there is any."""
        known: dict[str, int | str] = {"side": Side.LEFT, "place": 0}
        return known[name] if name in known else int(getattr(self, name))


def open_office() -> Office:
    """Made as people make it: by commands, and what workers do."""
    people = {role: User.objects.create_user(role, password="tests-only-9") for role in Role}
    User.objects.create_user("stranger", password="tests-only-9")
    User.objects.create_superuser("operator", password="tests-only-9")
    with acting_as(Actor.user(people[Role.ADMIN]), source="test"):
        project_id = command_bus.dispatch(CreateProject(name="Main account", description=HOSTILE_TEMPLATE))
        for role in (Role.VIEWER, Role.PREPARER, Role.REVIEWER):
            command_bus.dispatch(AddMember(project_id=project_id, username=role, role=role))
        import_id = bring_in(project_id, Side.LEFT, "Bank", BANK)
        bring_in(project_id, Side.RIGHT, "Ledger", LEDGER)
        rule_set_id = command_bus.dispatch(PublishRuleSet(project_id=project_id, name="Rules", document=RULES))
        run_id = command_bus.dispatch(StartRun(project_id=project_id))
        simulation_id = command_bus.dispatch(SimulateRuleSet(project_id=project_id, document=RULES))
        drain()
        [suggested, *_] = query_bus.ask(ListGroups(project_id=project_id, status="suggested")).items
        [confirmed, *_] = query_bus.ask(ListGroups(project_id=project_id, status="confirmed")).items
        [left, *_] = query_bus.ask(ListOpenItems(project_id=project_id, side=Side.LEFT)).items
        [rejected, *_] = query_bus.ask(ListRejectedLines(project_id=project_id, import_id=import_id)).items
        source_id = command_bus.dispatch(AddSource(project_id=project_id, side=Side.LEFT, name="Second bank"))
        proposed_id = upload(project_id, source_id, BANK.replace("INV", "EXP"))
        return Office(
            project_id=project_id,
            user_id=people[Role.VIEWER].pk,
            import_id=import_id,
            proposed_id=proposed_id,
            rule_set_id=rule_set_id,
            run_id=run_id,
            group_id=confirmed.id,
            suggested_id=suggested.id,
            record_id=left.record.id,
            source_id=source_id,
            connection_id=ConnectionId(1),
            rejected_line_id=rejected.id,
            simulation_id=simulation_id,
        )


def upload(project_id: ProjectId, source_id: SourceId, content: str) -> ImportId:
    stored = services.get(Storage).put(io.BytesIO(content.encode()))
    return command_bus.dispatch(
        UploadFile(project_id=project_id, source_id=source_id, file_name="export.csv", sha256=stored.sha256)
    )


def bring_in(project_id: ProjectId, side: Side, name: str, content: str) -> ImportId:
    source_id = command_bus.dispatch(AddSource(project_id=project_id, side=side, name=name))
    import_id = upload(project_id, source_id, content)
    command_bus.dispatch(CommitImport(project_id=project_id, import_id=import_id))
    drain()
    return import_id
