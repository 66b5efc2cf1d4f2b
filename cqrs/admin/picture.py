"""Lays the tree of one request out as boxes and lines, from left to right: a page draws them as SVG."""

from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse

from cqrs.queries.get_conversation import Conversation, Step

_WIDTH, _HEIGHT = 220, 46
_ACROSS, _DOWN = 258, 60
_LONGEST = 29


@dataclass(frozen=True)
class Box:
    x: int
    y: int
    kind: str
    title: str
    note: str
    hint: str
    address: str
    width: int = _WIDTH
    height: int = _HEIGHT


@dataclass(frozen=True)
class Picture:
    """Sizes in pixels; `lines` are paths of SVG."""

    width: int
    height: int
    boxes: tuple[Box, ...]
    lines: tuple[str, ...]


def picture(conversation: Conversation) -> Picture:
    """Each box stands beside the first of those it led to; the next of these goes to a new row."""
    places: dict[int, tuple[int, int]] = {}
    row = -1
    for step in conversation.steps:
        first_child = step.parent is not None and step.place == step.parent + 1
        row += 0 if first_child else 1
        places[step.place] = (step.depth * _ACROSS + 1, row * _DOWN + 1)
    start = next((step.event.at for step in conversation.steps if step.event), None)
    return Picture(
        width=max((x for x, _ in places.values()), default=0) + _WIDTH + 2,
        height=(row + 1) * _DOWN,
        boxes=tuple(_box(step, places[step.place], start) for step in conversation.steps),
        lines=tuple(
            _line(places[step.parent], places[step.place]) for step in conversation.steps if step.parent is not None
        ),
    )


def _box(step: Step, place: tuple[int, int], start: datetime | None) -> Box:
    if event := step.event:
        note = f"{event.stream} · {_elapsed(start, event.at)}"
        hint = f"{event.name} {event.stream}#{event.position} by {event.actor_name} at {event.at:%Y-%m-%d %H:%M:%S.%f}"
        address = reverse("admin:cqrs_storedevent_change", args=[event.id])
        return Box(*place, "event", _cut(event.name), _cut(note), hint, address)
    delivery = step.delivery
    assert delivery is not None  # a step is one or the other
    tries = f" · {delivery.attempts} attempts" if delivery.attempts > 1 else ""
    after = f" · {_elapsed(delivery.event_at, delivery.finished_at)}" if delivery.finished_at else ""
    hint = f"{delivery.subscriber_key}: {delivery.cause or delivery.status}"
    address = reverse("admin:cqrs_delivery_change", args=[delivery.id])
    title = _cut(delivery.subscriber_key)
    return Box(*place, delivery.status, title, f"{delivery.status}{tries}{after}", hint, address)


def _line(parent: tuple[int, int], child: tuple[int, int]) -> str:
    begin, middle_of = parent[0] + _WIDTH, _HEIGHT // 2
    bend = begin + (_ACROSS - _WIDTH) // 2
    return f"M{begin},{parent[1] + middle_of} H{bend} V{child[1] + middle_of} H{child[0]}"


def _elapsed(start: datetime | None, end: datetime) -> str:
    seconds = (end - start).total_seconds() if start else 0.0
    return f"+{seconds * 1000:.0f} ms" if seconds < 1 else f"+{seconds:.1f} s"


def _cut(text: str) -> str:
    """The end of a long key tells more than its start."""
    return text if len(text) <= _LONGEST else f"…{text[-_LONGEST + 1 :]}"
