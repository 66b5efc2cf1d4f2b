"""Finds the rules: every module of this package is imported once, so a new rule is a new file and nothing else."""

import importlib
import pkgutil
from functools import cache

from reconciliation import rules
from reconciliation.rules.rule import Rule


@cache
def rule_types() -> dict[str, type[Rule]]:
    """All rule classes by name, in alphabetical order."""
    for module in pkgutil.iter_modules(rules.__path__):
        importlib.import_module(f"{rules.__name__}.{module.name}")
    return {rule.__name__: rule for rule in sorted(_subclasses(Rule), key=lambda found: found.__name__)}


def _subclasses(parent: type[Rule]) -> list[type[Rule]]:
    return [found for child in parent.__subclasses__() for found in (child, *_subclasses(child))]
