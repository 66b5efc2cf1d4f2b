"""How a projection is declared: its rows, the events that it takes in, one small function for each of them."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar, Generic, TypeVar, get_args

from django.db.models import Model, QuerySet, Subquery

from cqrs.encoding import decode
from cqrs.messages import Event
from cqrs.models import ProjectionBuild, StoredEvent
from cqrs.projections.following import wake
from cqrs.projections.rows import Rows
from cqrs.registry import registry

M = TypeVar("M", bound=Model)
E = TypeVar("E", bound=Event)


@dataclass(frozen=True, slots=True)
class Intake(Generic[M]):
    """What a function gets besides its event: the rows of the generation that it works on, and the event as stored."""

    rows: Rows[M]
    stored: StoredEvent


class Projection(Generic[M]):
    """A read model, computed from events alone: `class Loans(Projection[LoanRow], name="library.loans")`.

    M is a Django model with a `generation` column. The name is stored: it outlives a renaming of the class.
    """

    name: ClassVar[str]
    model: ClassVar[type[Model]]
    functions: ClassVar[dict[str, Callable[[Any, Intake[Any]], None]]]
    _wake: ClassVar[Callable[..., None]]

    def __init_subclass__(cls, *, name: str) -> None:
        super().__init_subclass__()
        cls.name, cls.functions = name, {}
        cls.model = get_args(cls.__orig_bases__[0])[0]  # type: ignore[attr-defined]  # what Projection[...] leaves
        cls._wake = staticmethod(wake(cls))
        projections[name] = cls

    @classmethod
    def takes(cls, event: type[E]) -> Callable[[Callable[[E, Intake[M]], None]], Callable[[E, Intake[M]], None]]:
        """Let the function change the rows for each such event. It may neither publish nor look at other tables."""

        def register(function: Callable[[E, Intake[M]], None]) -> Callable[[E, Intake[M]], None]:
            cls.functions[registry.entry(event).name] = function
            event.worker(key=f"cqrs.projection.{cls.name}", batch=True)(cls._wake)
            return function

        return register

    @classmethod
    def rows(cls) -> QuerySet[M]:
        """What queries read: the live generation, found in the same statement, so that a swap is never seen half."""
        live = ProjectionBuild.objects.filter(projection=cls.name, live=True).values("generation")
        model: Any = cls.model
        found: QuerySet[M] = model.objects.filter(generation=Subquery(live))
        return found

    @classmethod
    def take(cls, stored: StoredEvent, generation: int) -> None:
        """Change the generation's rows by one event."""
        rows: Rows[Any] = Rows.of(cls.model, generation)
        event = decode(stored.name, stored.version, stored.payload)
        cls.functions[stored.name](event, Intake(rows=rows, stored=stored))


projections: dict[str, type[Projection[Any]]] = {}
