"""How a run of the engine can end without an outcome."""

from typing import Self


class Cancelled(Exception):  # noqa: N818  the run was asked to stop; nothing went wrong
    """Somebody asked the run to stop."""


class AmountOutOfRangeError(ValueError):
    """An amount or a sum does not fit 64 bits at the currency's scale."""

    @classmethod
    def because(cls, error: Exception) -> Self:
        return cls(f"An amount, or a sum of amounts, is too large to be exact: {error}")


class EngineUnavailableError(RuntimeError):
    """The engine that ENGINE_URL names cannot be started; the text says what is missing."""


class TooManyCandidatesError(ValueError):
    """A pass compares so many pairs that it would not end; it needs a rule that tells records apart."""


class UnknownFieldError(ValueError):
    """A rule names a field that no record of that side has."""


class UnbalancedGroupError(AssertionError):
    """A confirmed group does not net to zero: the engine is wrong, and nothing of this run may be kept."""
