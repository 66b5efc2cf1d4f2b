"""Who calls whom, as far as names and imports tell."""

import ast
from collections import defaultdict
from collections.abc import Iterable, Iterator

from django.apps import apps

from cqrs.strays.source import Function, Module

_COMMON = {name for kind in (dict, list, set, str, bytes) for name in dir(kind)} | {"save", "delete", "create"}


class Calls:
    """Calls from the project's functions to its functions."""

    def __init__(self, modules: dict[str, Module]) -> None:
        self._functions = {
            f"{module.name}.{function.name}": function
            for module in modules.values()
            for function in module.functions.values()
        }
        self._methods: dict[str, list[Function]] = defaultdict(list)
        models = {f"{model.__module__}.{model.__name__}" for model in apps.get_models()}
        for name, function in self._functions.items():
            owner, _, method = name.rpartition(".")
            if method not in _COMMON and (owner in models or owner.endswith(("Manager", "QuerySet"))):
                self._methods[method].append(function)
        self._known = {id(function): list(self._find(function)) for function in self._functions.values()}

    def of(self, function: Function) -> list[tuple[ast.Call, Function]]:
        return self._known[id(function)]

    def reaching(self, targets: Iterable[int]) -> set[int]:
        """The ids of the functions from which calls lead to one of these."""
        callers: dict[int, set[int]] = defaultdict(set)
        for caller, calls in self._known.items():
            for _, target in calls:
                callers[id(target)].add(caller)
        found, waiting = set(targets), list(targets)
        while waiting:
            new = callers[waiting.pop()] - found
            found |= new
            waiting += new
        return found

    def _find(self, function: Function) -> Iterator[tuple[ast.Call, Function]]:
        for node in function.nodes():
            if isinstance(node, ast.Call):
                for target in self._targets(node, function):
                    yield node, target

    def _targets(self, call: ast.Call, function: Function) -> list[Function]:
        """One when the name says which; else every method of a model that is called so."""
        name = function.module.resolve(call.func, function.name.rpartition(".")[0])
        known = self._functions.get(name or "")
        if known is not None:
            return [known]
        return self._methods[call.func.attr] if isinstance(call.func, ast.Attribute) else []
