"""How far the work is: a bar where somebody watches, one line for each stage where a log is written."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn

from cqrs import services
from reconciliation.progress import ProgressListener


@dataclass(frozen=True)
class StageTime:
    name: str
    seconds: float


@dataclass
class StageClock(ProgressListener):
    """Measures the stages one after another, and passes on what it hears to a display."""

    display: ProgressListener = field(default_factory=ProgressListener)
    times: list[StageTime] = field(default_factory=list)
    heading: str = ""
    _stage: str = ""
    _began: float = 0.0

    def stage(self, name: str, share: float) -> None:
        titled = f"{self.heading}: {name}" if self.heading else name
        if titled != self._stage:
            self.stop()
            self._stage, self._began = titled, time.monotonic()
        self.display.stage(titled, share)

    def stop(self) -> None:
        """The stage is over: the next one has begun, or there is none."""
        if self._stage:
            self.times.append(StageTime(self._stage, time.monotonic() - self._began))
            self.display.stage(self._stage, 1.0)
        self._stage = ""

    @contextmanager
    def about(self, heading: str) -> Iterator[None]:
        """What is reported inside is about this file, or this part of the work."""
        self.heading = heading
        try:
            yield
        finally:
            self.stop()
            self.heading = ""


class Bars(ProgressListener):
    """One bar for each stage, in the order in which they begin."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._tasks: dict[str, TaskID] = {}

    def stage(self, name: str, share: float) -> None:
        if name not in self._tasks:
            self._tasks[name] = self._progress.add_task(name, total=1.0)
        self._progress.update(self._tasks[name], completed=min(share, 1.0))


class Lines(ProgressListener):
    """One plain line for each stage, when it begins."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._last = ""

    def stage(self, name: str, share: float) -> None:
        if name != self._last and share < 1.0:
            self._last = name
            self._console.print(f"{name} …", highlight=False, markup=False)


@contextmanager
def shown_progress(console: Console, clock: StageClock) -> Iterator[None]:
    """What the imports and the run report inside is measured by the clock and shown on the console."""
    with services.overriding(ProgressListener, clock):
        if console.is_terminal:
            columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
            with Progress(*columns, console=console) as progress:
                clock.display = Bars(progress)
                yield
                clock.stop()
        else:
            clock.display = Lines(console)
            yield
            clock.stop()
