"""Which call writes to the database, as far as its text tells."""

import ast
import re
from functools import cache

from django.apps import apps

from cqrs.strays.source import Function

_ALWAYS = {"bulk_create", "bulk_update", "get_or_create", "update_or_create", "create_user", "create_superuser"}
_OF_QUERYSETS = {"create", "update", "delete"}
_OF_RELATIONS = {"add", "remove", "set", "clear", "create"}
_OPTIONS = {"commit", "force_insert", "force_update", "keep_parents", "update_fields", "using"}
_MANAGERS = {"objects", "_default_manager", "_base_manager", "queryset", "get_queryset"}
_STATEMENTS = {"execute", "executemany", "executescript", "copy", "raw"}
_SQL_WRITE = re.compile(
    r"\s*(?:INSERT|UPDATE|DELETE|MERGE|REPLACE|TRUNCATE|COPY\s.*\sFROM|WITH\b.*\b(?:INSERT|UPDATE|DELETE))\b",
    re.IGNORECASE | re.DOTALL,
)


def writes_of(function: Function) -> list[ast.Call]:
    """The calls in the function that write rows."""
    querysets = _queryset_names(function)
    return [node for node in function.nodes() if isinstance(node, ast.Call) and _writes(node, function, querysets)]


@cache
def related_names() -> frozenset[str]:
    """The attributes of models through which many rows are reached: their methods add and remove rows."""
    options = [model._meta for model in apps.get_models()]  # noqa: SLF001  Django's documented name
    forwards = {field.name for each in options for field in each.many_to_many}
    backwards = {field.get_accessor_name() for each in options for field in each.related_objects}
    return frozenset(name for name in forwards | backwards if name)


def _writes(call: ast.Call, function: Function, querysets: set[str]) -> bool:
    if not isinstance(call.func, ast.Attribute):
        return False
    name, receiver = call.func.attr, call.func.value
    if name not in _STATEMENTS and name.startswith("a") and name != "add":
        name = name[1:]
    if name in _ALWAYS:
        return True
    if name in _STATEMENTS:
        return any(_SQL_WRITE.match(text) for text in _texts(call, function))
    if name in _OF_QUERYSETS and _is_queryset(receiver, querysets):
        return True
    if name in _OF_RELATIONS and isinstance(receiver, ast.Attribute) and receiver.attr in related_names():
        return True
    return name in {"save", "delete"} and _takes_only_options(call) and "session" not in ast.unparse(receiver)


def _takes_only_options(call: ast.Call) -> bool:
    """A model's `save()`, not the `save(name, content)` of a storage."""
    plain = [each for each in call.args if not isinstance(each, ast.Starred)]
    return not plain and all(keyword.arg is None or keyword.arg in _OPTIONS for keyword in call.keywords)


def _is_queryset(node: ast.expr, querysets: set[str]) -> bool:
    while True:
        if isinstance(node, ast.Attribute):
            if node.attr in _MANAGERS or node.attr.endswith("_set") or node.attr in related_names():
                return True
            node = node.value
        elif isinstance(node, ast.Call):
            node = node.func
        elif isinstance(node, ast.Subscript):
            node = node.value
        else:
            return isinstance(node, ast.Name) and node.id in querysets


def _queryset_names(function: Function) -> set[str]:
    names: set[str] = set()
    for node in function.nodes():
        if isinstance(node, ast.Assign) and _is_queryset(node.value, names):
            names |= {target.id for target in node.targets if isinstance(target, ast.Name)}
        elif isinstance(node, ast.arg) and (
            node.arg == "queryset" or (node.annotation and "QuerySet" in ast.unparse(node.annotation))
        ):
            names.add(node.arg)
    return names


def _texts(call: ast.Call, function: Function) -> list[str]:
    """The statement's text: written here, or a constant of this module."""
    found: list[str] = []
    for argument in call.args[:1]:
        for node in ast.walk(argument):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                found.append(node.value)
            elif isinstance(node, ast.Name):
                found += _constants(node.id, function)
    return found


def _constants(name: str, function: Function) -> list[str]:
    return [
        part.value
        for node in function.module.tree.body
        if isinstance(node, ast.Assign) and any(isinstance(each, ast.Name) and each.id == name for each in node.targets)
        for part in ast.walk(node.value)
        if isinstance(part, ast.Constant) and isinstance(part.value, str)
    ]
