"""Finds what went past the buses: writes outside of handlers, doors that write by themselves, models of other apps.

A heuristic over the text of the code, for `manage.py messages --strays`. What is meant to be as it is says so:
`# stray: <reason>` on the line or above it. `cqrs.testing.only_handlers_write` finds in tests what no text tells.

A home is where writes belong: handlers, subscribers and workers, and all of the folders that hold them. A helper is a
module that homes import, and models. All else is a door: it dispatches, and neither writes nor calls what does.
"""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from django.apps import apps

from cqrs.strays import editors
from cqrs.strays.calls import Calls
from cqrs.strays.source import Function, Module, read_project
from cqrs.strays.writes import writes_of

_HOMES = {"commands", "subscribers", "projections", "processes"}

Finding = tuple[ast.AST, str, str]  # where, under which rule, in which words

_LONGEST = 60  # of a call's text in a finding

ADVICE = {
    "write": "Move it into the handler of a command and dispatch that.",
    "call": "Dispatch a command whose handler does it.",
    "editor": "Take a view that writes nothing by itself (FormView, APIView), or refuse the permissions, and dispatch.",
    "foreign": "Ask a query of that app, send it a command, subscribe to its events, or hold its id.",
    "idle": "Remove the comment.",
}


@dataclass(frozen=True, slots=True, order=True)
class Stray:
    """One finding, and under which key of ADVICE it falls."""

    path: str
    line: int
    rule: str
    says: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.rule}: {self.says}. {ADVICE[self.rule]}"


def strays(modules: dict[str, Module] | None = None) -> list[Stray]:
    """What is found in these modules; by default in the installed apps that are the project's own. In order."""
    return sorted(set(_Search(read_project() if modules is None else modules).findings()))


class _Search:
    def __init__(self, modules: dict[str, Module]) -> None:
        self.modules = modules
        self.used: set[tuple[str, int]] = set()
        self.helpers = self._helpers()
        self.calls = Calls(modules)
        self.writes = {
            id(function): [node for node in writes_of(function) if not self._allowed(module, node)]
            for module in modules.values()
            for function in module.functions.values()
        }

    def findings(self) -> Iterator[Stray]:
        for module in self.modules.values():
            for node, rule, says in self._found_in(module):
                if not self._allowed(module, node):
                    yield Stray(module.shown_path(), getattr(node, "lineno", 1), rule, says)
        for module in self.modules.values():
            for line in module.allowances():
                if (module.name, line) not in self.used:
                    yield Stray(module.shown_path(), line, "idle", "nothing here needs to be allowed")

    def _found_in(self, module: Module) -> Iterator[Finding]:
        yield from self._foreign(module)
        if self._is_door(module):
            for node, says in editors.found_in(module, self.pages):
                yield node, "editor", says
            for function in module.functions.values():
                if not function.decorated:
                    yield from self._in_door(function)

    def _in_door(self, function: Function) -> Iterator[Finding]:
        """Its writes, and its calls of what writes: not of what is in a door itself, where it is reported already."""
        for node in self.writes[id(function)]:
            yield node, "write", f"{_shown(node)} writes outside of a handler"
        for node, target in self.calls.of(function):
            if id(target) in self.writers and (target.decorated or not self._is_door(target.module)):
                yield node, "call", f"{_shown(node)} reaches {target.module.name}.{target.name}, which writes"

    def _foreign(self, module: Module) -> Iterator[Finding]:
        owners = {config.name for config in apps.get_app_configs()} & {each.app for each in self.modules.values()}
        for line, target in module.imported_at:
            for owner in owners - {module.app}:
                if (target + ".").startswith(f"{owner}.models."):
                    place = ast.Pass(lineno=line, end_lineno=line)
                    yield place, "foreign", f"{module.app} imports {target}, a model of {owner}"

    @cached_property
    def pages(self) -> set[str]:
        return editors.editable_admin_pages()

    @cached_property
    def writers(self) -> set[int]:
        return self.calls.reaching({key for key, nodes in self.writes.items() if nodes})

    def _is_door(self, module: Module) -> bool:
        return module.part() not in _HOMES and module.name not in self.helpers

    def _helpers(self) -> set[str]:
        """Models, and whatever the homes import, and what that imports."""
        found = {name for name, module in self.modules.items() if module.part() == "models"}
        waiting = [module for module in self.modules.values() if module.part() in _HOMES]
        while waiting:
            for _, target in waiting.pop().imported_at:
                module = self.modules.get(target) or self.modules.get(target.rpartition(".")[0])
                if module is not None and module.name not in found and module.part() not in {*_HOMES, "queries"}:
                    found.add(module.name)
                    waiting.append(module)
        return found

    def _allowed(self, module: Module, node: ast.AST) -> bool:
        line = module.allowance(node)
        if line is not None:
            self.used.add((module.name, line))
        return line is not None


def _shown(node: ast.Call) -> str:
    text = ast.unparse(node.func)
    return f"{text if len(text) <= _LONGEST else '…' + text[-_LONGEST:]}()"
