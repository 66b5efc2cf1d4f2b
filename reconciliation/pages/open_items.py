"""Open items of both sides, and matching them by hand."""

import re
from dataclasses import dataclass

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from cqrs import InvalidMessageError, NotFoundError, Page, query_bus
from projects.ids import ProjectId
from projects.pages.base import attempt, fragment, frame, page, told
from reconciliation.commands.keep_apart import KeepApart
from reconciliation.commands.match_by_hand import MatchByHand
from reconciliation.ids import RecordId, Side
from reconciliation.pages.adjustments import typed_adjustments
from reconciliation.queries.get_rule_set import GetRuleSet
from reconciliation.queries.get_standing import GetStanding, Standing
from reconciliation.queries.list_open_items import ListOpenItems, OpenItem

IS_ID = re.compile("[0-9]{1,18}")
NO_RECORD = RecordId(0)


@dataclass(frozen=True)
class Pane:
    side: Side
    names: str
    count: int
    items: Page[OpenItem]


@page
def list_open_items(request: HttpRequest, project_id: ProjectId) -> HttpResponse:
    context = frame(project_id, "open-items") | _filter(request)
    standing = query_bus.ask(GetStanding(project_id=project_id))
    context |= {
        "panes": [_pane(request, project_id, side, standing) for side in Side],
        "currencies": sorted({row.currency for row in standing.rows}),
        "opposite_signs": _opposite_signs(project_id),
    }
    return render(request, "reconciliation/open_items.html", context)


@page
def more_open_items(request: HttpRequest, project_id: ProjectId, side: str) -> HttpResponse:
    """The next items of one side, under those that are shown: a selection stays."""
    if side not in list(Side):
        raise Http404(side)
    context = frame(project_id, "open-items") | _filter(request)
    context |= {"items": _items(request, project_id, Side(side)), "side": side}
    return fragment(request, "reconciliation/parts/items.html", context)


@page
def nearest_misses(request: HttpRequest, project_id: ProjectId, side: str) -> HttpResponse:
    """What each shown item would match with; asked for after the page, because it takes the engine."""
    if side not in list(Side):
        raise Http404(side)
    context = frame(project_id, "open-items")
    context["items"] = _items(request, project_id, Side(side), with_nearest=True)
    return fragment(request, "reconciliation/parts/nearest.html", context)


@require_POST
@page
def match_by_hand(request: HttpRequest, project_id: ProjectId) -> HttpResponse:
    try:
        adjustments = typed_adjustments(request.POST)
    except InvalidMessageError as error:
        messages.error(request, told(error))
        return redirect("open-items", project_id)

    command = MatchByHand(
        project_id=project_id,
        left=_records(request.POST, Side.LEFT),
        right=_records(request.POST, Side.RIGHT),
        adjustments=adjustments,
        reason=request.POST.get("reason", "").strip(),
    )
    group_id = attempt(request, command, "Matched by hand. You can undo it here.")
    return redirect("open-items", project_id) if group_id is None else redirect("match", project_id, group_id)


@require_POST
@page
def keep_apart(request: HttpRequest, project_id: ProjectId) -> HttpResponse:
    command = KeepApart(
        project_id=project_id,
        left=_records(request.POST, Side.LEFT),
        right=_records(request.POST, Side.RIGHT),
        reason=request.POST.get("reason", "").strip(),
    )
    attempt(request, command, "Kept apart: no run puts these together.")
    return redirect("open-items", project_id)


def _filter(request: HttpRequest) -> dict[str, object]:
    search, currency = request.GET.get("search", "").strip(), request.GET.get("currency", "")
    query = QueryDict(mutable=True)
    query.update({"search": search, "currency": currency})
    return {"search": search, "currency": currency, "filter_query": query.urlencode()}


def _items(request: HttpRequest, project_id: ProjectId, side: Side, *, with_nearest: bool = False) -> Page[OpenItem]:
    return query_bus.ask(
        ListOpenItems(
            project_id=project_id,
            side=side,
            search=request.GET.get("search", "").strip(),
            currency=request.GET.get("currency", ""),
            after=request.GET.get("after"),
            with_nearest=with_nearest,
        )
    )


def _pane(request: HttpRequest, project_id: ProjectId, side: Side, standing: Standing) -> Pane:
    rows = [row for row in standing.rows if row.side == side]
    names = ", ".join(dict.fromkeys(row.source_name for row in rows))
    return Pane(side, names, sum(row.open.count for row in rows), _items(request, project_id, side))


def _opposite_signs(project_id: ProjectId) -> bool:
    try:
        return bool(query_bus.ask(GetRuleSet(project_id=project_id)).document.get("opposite_signs"))
    except NotFoundError:  # no rules yet: amounts count as they are
        return False


def _records(typed: QueryDict, side: Side) -> tuple[RecordId, ...]:
    """What the boxes send; of what no box sends, an id that is in no project."""
    return tuple(RecordId(int(value)) if IS_ID.fullmatch(value) else NO_RECORD for value in typed.getlist(side))
