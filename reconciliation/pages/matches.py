"""The review list of match groups, and one group by itself."""

from dataclasses import dataclass
from decimal import Decimal

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render

from cqrs import query_bus
from projects.ids import ProjectId
from projects.pages.base import fragment, frame, page
from reconciliation.ids import GroupId, RecordId, RunId, Side
from reconciliation.queries.get_group import GetGroup
from reconciliation.queries.get_record import GetRecord
from reconciliation.queries.list_groups import ListGroups
from reconciliation.queries.list_rule_sets import ListRuleSets
from reconciliation.queries.list_sources import ListSources, SourceRow
from reconciliation.queries.rows import RecordRow

STATUSES = ("suggested", "confirmed")
FULL_SCORE = 10_000
MOST_RIVALS = 10


@dataclass(frozen=True)
class Filter:
    status: str | None
    pass_name: str | None
    search: str
    run_id: RunId | None
    in_review: bool = False

    @property
    def narrows(self) -> bool:
        """Whether more is asked for than a tab."""
        return bool(self.pass_name or self.search or self.run_id)


@page
def list_matches(request: HttpRequest, project_id: ProjectId) -> HttpResponse:
    context = frame(project_id, "matches")
    chosen = _chosen(request.GET)
    sources = query_bus.ask(ListSources(project_id=project_id))
    context |= {
        "groups": query_bus.ask(_groups(project_id, chosen, request.GET.get("after"))),
        "chosen": chosen,
        "status": chosen.status,
        "statuses": STATUSES,
        "passes": _passes(project_id),
        "left_names": _names(sources, Side.LEFT),
        "right_names": _names(sources, Side.RIGHT),
    }
    return render(request, "reconciliation/matches.html", context)


@page
def show_match(request: HttpRequest, project_id: ProjectId, group_id: GroupId) -> HttpResponse:
    context = frame(project_id, "matches")
    context["group"] = query_bus.ask(GetGroup(project_id=project_id, group_id=group_id))
    return render(request, "reconciliation/match.html", context)


@page
def show_alternatives(request: HttpRequest, project_id: ProjectId, group_id: GroupId) -> HttpResponse:
    """The pairs that would fit about as well, with their records."""
    context = frame(project_id, "matches")
    rivals = query_bus.ask(GetGroup(project_id=project_id, group_id=group_id)).alternatives
    shown = [
        (Decimal(rival["score"]) / FULL_SCORE, *(_record(project_id, rival.get(side)) for side in Side))
        for rival in rivals[:MOST_RIVALS]
    ]
    context |= {"alternatives": shown, "more": len(rivals) - len(shown)}
    return fragment(request, "reconciliation/parts/alternative_list.html", context)


def _record(project_id: ProjectId, record_id: RecordId | None) -> RecordRow | None:
    return None if record_id is None else query_bus.ask(GetRecord(project_id=project_id, record_id=record_id)).record


def _groups(project_id: ProjectId, chosen: Filter, after: str | None) -> ListGroups:
    return ListGroups(
        project_id=project_id,
        status=chosen.status,
        pass_name=chosen.pass_name,
        search=chosen.search,
        run_id=chosen.run_id,
        in_review=chosen.in_review,
        after=after,
    )


def _chosen(asked: QueryDict) -> Filter:
    """What the query string asks for; what it says that makes no sense is left out."""
    status, run = asked.get("status", "suggested"), asked.get("run", "")
    return Filter(
        status=status if status in STATUSES else None,
        pass_name=asked.get("pass") or None,
        search=asked.get("search", "").strip(),
        run_id=RunId(int(run)) if run.isdecimal() else None,
        in_review=status == "review",
    )


def _passes(project_id: ProjectId) -> list[str]:
    names: dict[str, None] = {}
    for rule_set in query_bus.ask(ListRuleSets(project_id=project_id)):
        names.update(dict.fromkeys(rule_set.passes))
    return list(names)


def _names(sources: tuple[SourceRow, ...], side: Side) -> str:
    return ", ".join(source.name for source in sources if source.side == side)
