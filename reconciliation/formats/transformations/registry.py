"""Finds the transformations: every module of this package is imported once, so a new one is a new file."""

import functools
import operator
from collections.abc import Mapping
from importlib import import_module
from pkgutil import iter_modules
from typing import TYPE_CHECKING, Any, TypeAlias

from reconciliation.formats import transformations
from reconciliation.formats.transformations.transformation import Transformation


@functools.cache
def kinds() -> Mapping[str, type[Transformation]]:
    """By the word that a document calls them by, in alphabetical order."""
    for module in iter_modules(transformations.__path__, f"{transformations.__name__}."):
        if module.name != __name__:
            import_module(module.name)
    return {kind.kind(): kind for kind in sorted(_leaves(Transformation), key=lambda kind: kind.kind())}


def _leaves(parent: type[Transformation]) -> list[type[Transformation]]:
    below = [leaf for child in parent.__subclasses__() for leaf in _leaves(child)]
    return below or [parent]


if TYPE_CHECKING:
    AnyTransformation: TypeAlias = Transformation
else:
    AnyTransformation: Any = functools.reduce(operator.or_, kinds().values())
