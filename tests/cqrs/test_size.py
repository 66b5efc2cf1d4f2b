"""The core of cqrs can be read in an afternoon, and it is known what belongs to it."""

import ast
import io
import tokenize
import tomllib
from pathlib import Path

import cqrs

FOLDER = Path(cqrs.__file__).parent
README = (FOLDER / "README.md").read_text(encoding="utf-8").partition("## The code")[2]
_NO_CODE = {
    tokenize.COMMENT,
    tokenize.NL,
    tokenize.NEWLINE,
    tokenize.INDENT,
    tokenize.DEDENT,
    tokenize.ENDMARKER,
}


def modules(part: str) -> set[str]:
    """The modules that the import contract names as `source_modules` (the core) or `forbidden_modules` (its parts)."""
    project = tomllib.loads((FOLDER.parent / "pyproject.toml").read_text(encoding="utf-8"))
    (contract,) = [
        each for each in project["tool"]["importlinter"]["contracts"] if each["name"].startswith("The core of cqrs")
    ]
    return {name.removeprefix("cqrs.") for name in contract[part]}


def lines_of_code(path: Path) -> int:
    """Without docstrings, comments and blank lines."""
    source = path.read_text(encoding="utf-8")
    counted: set[int] = set()
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type not in _NO_CODE:
            counted.update(range(token.start[0], token.end[0] + 1))
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef) and ast.get_docstring(node) is not None:
            counted.difference_update(range(node.body[0].lineno, (node.body[0].end_lineno or 0) + 1))
    return len(counted)


def test_the_core_has_at_most_3500_lines() -> None:
    """Counted as README.md counts them, over the modules that the import contract names."""
    files = [
        file
        for name in modules("source_modules")
        for file in ([FOLDER / f"{name}.py"] if (FOLDER / f"{name}.py").exists() else (FOLDER / name).rglob("*.py"))
    ]

    assert sum(map(lines_of_code, files)) <= 3500


def test_every_module_is_core_or_part_and_the_readme_says_which() -> None:
    """A new module has to be given its place in the contract and in the tables of the README."""
    found = {
        path.stem
        for path in FOLDER.iterdir()
        if (path.suffix == ".py" and path.stem != "__init__") or (path / "__init__.py").exists()
    }
    core, parts = modules("source_modules"), modules("forbidden_modules")
    said_core, _, said_parts = README.partition("All else can be left out")

    assert found - {"migrations"} == core | parts
    assert {name for name in core if f"`{name}`" not in said_core} == set()
    assert {name for name in parts if f"`{name}`" not in said_parts} == set()
