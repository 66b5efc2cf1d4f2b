"""How long work tells whoever watches how far it is."""

from collections.abc import Callable


class ProgressListener:
    """Says nothing. A command line that draws a bar registers its own as the service of this type."""

    def stage(self, name: str, share: float) -> None:
        """`share` is the part of the stage that is done, from 0 to 1."""


class Shares:
    """Several listeners as one, each call passed on in order."""

    def __init__(self, *listeners: Callable[[str, float], None]) -> None:
        self._listeners = listeners

    def __call__(self, name: str, share: float) -> None:
        for listener in self._listeners:
            listener(name, share)
