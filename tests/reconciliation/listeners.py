"""Listeners that make something happen at a moment of a run that a test could not reach otherwise."""

from collections.abc import Callable

from reconciliation.progress import ProgressListener


class KilledError(BaseException):
    """Stands for a process that is gone: no `except Exception` sees it, nothing is cleaned up."""


class AtStage(ProgressListener):
    """Calls the function once, when the stage is first told of."""

    def __init__(self, name: str, happen: Callable[[], object]) -> None:
        self._name = name
        self._happen = happen
        self._happened = False

    def stage(self, name: str, share: float) -> None:
        if name == self._name and not self._happened:
            self._happened = True
            self._happen()


def die() -> None:
    raise KilledError
