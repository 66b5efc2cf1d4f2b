"""What the check for strays knows of the code: modules, their imports, their functions, and who calls whom."""

import ast
import os
import re
import sysconfig
from collections.abc import Iterator
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path

from django.apps import apps
from django.conf import settings

_LEFT_OUT = {"migrations", "tests"}
_ALLOWED = re.compile(r"#\s*stray:\s*\S")
_HOME_DECORATORS = {"handler", "subscriber", "worker", "takes", "on"}


@dataclass(slots=True)
class Function:
    """A function, a method, or what stands outside of both; nested ones count to the outer one."""

    module: "Module"
    name: str
    body: list[ast.AST]
    decorated: bool

    def nodes(self) -> Iterator[ast.AST]:
        for part in self.body:
            yield from ast.walk(part)


@dataclass(slots=True)
class Module:
    """A file of the project. `app` is the label-bearing package that it belongs to, or its own package."""

    app: str
    name: str
    path: Path
    tree: ast.Module
    lines: list[str]
    imports: dict[str, str] = field(default_factory=dict)
    imported_at: list[tuple[int, str]] = field(default_factory=list)
    functions: dict[str, Function] = field(default_factory=dict)

    def part(self) -> str:
        """The first name below the app: `views`, `commands`, `models`."""
        return self.name.removeprefix(self.app).lstrip(".").partition(".")[0]

    def shown_path(self) -> str:
        """As seen from where the command runs, so that an editor opens it."""
        return os.path.relpath(self.path)

    def allowance(self, node: ast.AST) -> int | None:
        """The line of the comment that allows what stands here."""
        first, last = getattr(node, "lineno", 1), getattr(node, "end_lineno", 1)
        if first > 1 and self.lines[first - 2].lstrip().startswith("#"):
            first -= 1
        return next((line for line in range(first, last + 1) if _ALLOWED.search(self.lines[line - 1])), None)

    def allowances(self) -> Iterator[int]:
        return (number for number, line in enumerate(self.lines, 1) if _ALLOWED.search(line))

    def resolve(self, expression: ast.expr, class_name: str = "") -> str | None:
        """The full name of what a dotted expression means, as far as imports and this module tell."""
        names: list[str] = []
        while isinstance(expression, ast.Attribute):
            names.insert(0, expression.attr)
            expression = expression.value
        if not isinstance(expression, ast.Name):
            return None
        root = expression.id
        if root in {"self", "cls"} and class_name:
            return ".".join([self.name, class_name, *names])
        return ".".join([self.imports.get(root, f"{self.name}.{root}"), *names])


def read_project() -> dict[str, Module]:
    """The apps that are not installed from a package index, `cqrs` aside, and the package of the root URLs."""
    installed = Path(sysconfig.get_path("purelib"))
    roots = {config.name: Path(config.path) for config in apps.get_app_configs()}
    urls = str(getattr(settings, "ROOT_URLCONF", "") or "").rpartition(".")[0]
    spec = find_spec(urls) if urls else None
    if spec is not None and spec.origin is not None:
        roots.setdefault(urls, Path(spec.origin).parent)
    mine = {
        name: path for name, path in roots.items() if installed not in path.parents and name.split(".")[0] != "cqrs"
    }
    modules = [_module(app, path, file) for app, path in sorted(mine.items()) for file in _files(path)]
    return {module.name: module for module in modules}


def _files(root: Path) -> Iterator[Path]:
    for file in sorted(root.rglob("*.py")):
        parts = file.relative_to(root).parts
        if not _LEFT_OUT.intersection(parts) and not file.name.startswith(("test_", "conftest", "tests.")):
            yield file


def _module(app: str, root: Path, file: Path) -> Module:
    parts = [part for part in file.relative_to(root).with_suffix("").parts if part != "__init__"]
    return read(app, ".".join([app, *parts]), file, file.read_text(encoding="utf-8"))


def read(app: str, name: str, file: Path, text: str) -> Module:
    """What the text says, under the name by which it is imported."""
    module = Module(app, name, file, ast.parse(text), text.splitlines())
    package = name if file.name == "__init__.py" else name.rpartition(".")[0]
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                first = alias.name.partition(".")[0]
                module.imports[alias.asname or first] = alias.name if alias.asname else first
                module.imported_at.append((node.lineno, alias.name))
        elif isinstance(node, ast.ImportFrom):
            above = package.rsplit(".", node.level - 1)[0] if node.level else ""
            source = ".".join(filter(None, [above, node.module]))
            for alias in node.names:
                module.imports[alias.asname or alias.name] = f"{source}.{alias.name}"
                module.imported_at.append((node.lineno, f"{source}.{alias.name}"))
    module.functions = {function.name: function for function in _functions(module)}
    return module


def _functions(module: Module) -> Iterator[Function]:
    loose: list[ast.AST] = []
    for node in module.tree.body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield _function(module, node.name, node)
        elif isinstance(node, ast.ClassDef):
            for part in node.body:
                if isinstance(part, ast.FunctionDef | ast.AsyncFunctionDef):
                    yield _function(module, f"{node.name}.{part.name}", part)
                else:
                    loose.append(part)
        else:
            loose.append(node)
    yield Function(module, "", loose, decorated=False)


def _function(module: Module, name: str, node: ast.FunctionDef | ast.AsyncFunctionDef) -> Function:
    called = [each.func if isinstance(each, ast.Call) else each for each in node.decorator_list]
    decorated = any(isinstance(each, ast.Attribute) and each.attr in _HOME_DECORATORS for each in called)
    return Function(module, name, [node], decorated)
