"""How long work tells whoever watches how far it is."""

import time
from collections.abc import Callable, Mapping


class ProgressListener:
    """Says nothing. A command line that draws a bar registers its own as the service of this type."""

    def stage(self, name: str, share: float) -> None:
        """`share` is the part of the stage that is done, from 0 to 1."""


class Stages:
    """The stages of one piece of work: how long each took, and all of them as one percentage.

    `weights` names the stages in their order with the percent of the whole that each is expected to take.
    """

    def __init__(self, weights: Mapping[str, int], now: Callable[[], float] = time.monotonic) -> None:
        self._weights = weights
        self._now = now
        self._started: list[tuple[str, float]] = []

    def reach(self, name: str, share: float) -> int:
        """Percent of the whole."""
        if not self._started or self._started[-1][0] != name:
            self._started.append((name, self._now()))
        names = list(self._weights)
        done = sum(self._weights[before] for before in names[: names.index(name)])
        return int(done + self._weights[name] * share)

    def times(self) -> list[dict[str, str | float]]:
        """Seconds per stage, the last one up to now."""
        ends = [*(start for _, start in self._started[1:]), self._now()]
        return [
            {"name": name, "seconds": round(end - start, 3)}
            for (name, start), end in zip(self._started, ends, strict=False)
        ]
