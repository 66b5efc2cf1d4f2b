"""The tree of what one request led to."""

from argparse import ArgumentParser
from uuid import UUID

from rich.text import Text
from rich.tree import Tree

from cqrs import NotFoundError, query_bus
from cqrs.console import Options, Out, as_json, drawn
from cqrs.queries.get_conversation import Conversation, GetConversation, Step


def arguments(parser: ArgumentParser) -> None:
    parser.add_argument("request", metavar="ID", help="a correlation id, as in the header X-Request-ID of its response")


def run(options: Options, out: Out) -> None:
    conversation = query_bus.ask(GetConversation(correlation_id=options["request"]))
    if not conversation.steps:
        raise NotFoundError(f"No event belongs to {options['request']}.")
    out(as_json(conversation) if options["json"] else drawn(tree(conversation)))


def tree(conversation: Conversation, marked: UUID | None = None) -> Tree:
    """Events by name, deliveries by arrow; the event that was asked for has a star."""
    root = Tree(Text(f"request {conversation.correlation_id}"))
    branches: dict[int | None, Tree] = {None: root}
    for step in conversation.steps:
        branches[step.place] = branches[step.parent].add(Text(_label(step, marked)))
    if conversation.cut:
        root.add(Text("… and more events than are shown"))
    return root


def _label(step: Step, marked: UUID | None) -> str:
    if step.event is not None:
        star = " *" if step.event.id == marked else ""
        return f"{step.event.name} #{step.event.sequence} {step.event.stream} by {step.event.actor_name}{star}"
    delivery = step.delivery
    assert delivery is not None  # a step is one or the other
    error = f": {delivery.cause}" if delivery.cause else ""
    return f"→ {delivery.subscriber_key} [{delivery.id}] {delivery.status}, attempt {delivery.attempts}{error}"
