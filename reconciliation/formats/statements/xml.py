"""XML as a stream of small trees: no DOCTYPE, no entities, no network, and memory for one tree at a time.

Python's expat reads every encoding that XML names, keeps line numbers, and asks before it expands anything.
"""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from xml.parsers import expat

from reconciliation.formats.errors import UnreadableFileError

_CHUNK = 1 << 18
_DEEPEST = 64
_LONGEST = 1 << 20
_ELEMENT = 64  # what an element counts for, however little stands in it


class Tree:
    """An element without namespaces; `line` and `end` are the physical lines that it begins and ends on, `begins` and
    `ends` the bytes of the file where its first and its last tag begin.
    """

    __slots__ = ("begins", "end", "ends", "length", "line", "tag", "values")

    def __init__(self, tag: str, line: int, begins: int = 0) -> None:
        self.tag = tag
        self.line = self.end = line
        self.begins = self.ends = begins
        self.length = 0
        self.values: dict[str, list[str]] = {}
        """The texts that are not blank, by their path below it; attributes as `A/B@name`."""

    def add(self, path: str, text: str) -> None:
        if path in self.values:
            self.values[path].append(text)
        else:
            self.values[path] = [text]

    @property
    def text(self) -> str:
        """Its own."""
        return self.first("")

    def all(self, path: str) -> list[str]:
        """The texts at `A/B/C` below this element."""
        return self.values.get(path, [])

    def first(self, *paths: str) -> str:
        """The first text at any of the paths, asked in order."""
        for path in paths:
            if path in self.values:
                return self.values[path][0]
        return ""


def trees(path: Path, is_root: Callable[[list[str]], bool], pieces: frozenset[str] = frozenset()) -> Iterator[Tree]:
    """Each element for which `is_root` of the tags above and its own holds, once it is complete; last of all one called
    `#end` whose line is the number of lines. An element in it that is called one of `pieces`, of which there may be
    any number, comes before it and is no part of it any more. Raises `UnreadableFileError`.
    """
    reader = _Reader(path.name, is_root, pieces)
    try:
        with path.open("rb") as stream:
            while chunk := stream.read(_CHUNK):
                reader.parser.Parse(chunk, False)  # noqa: FBT003 - expat takes it by position
                yield from reader.taken()
        reader.parser.Parse(b"", True)  # noqa: FBT003 - see above
    except expat.ExpatError as error:
        message = f"is no well-formed XML ({expat.errors.messages[error.code]}). Export it again, whole."
        raise UnreadableFileError(path.name, message, line=error.lineno) from error
    except (LookupError, ValueError) as error:
        raise UnreadableFileError(path.name, f"it names an encoding that cannot be read ({error}).", line=1) from error
    yield from reader.taken()
    yield Tree("#end", reader.parser.CurrentLineNumber)


class _Reader:
    def __init__(self, name: str, is_root: Callable[[list[str]], bool], pieces: frozenset[str]) -> None:
        self.parser = expat.ParserCreate(namespace_separator=" ")
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._characters
        self.parser.StartDoctypeDeclHandler = self._doctype
        self._name = name
        self._is_root = is_root
        self._pieces = pieces
        self._above: list[str] = []  # down to the element that is a tree
        self._trees: list[Tree] = []
        self._paths: list[str] = []  # below the tree at hand, which begins with an empty one
        self._text = ""
        self._done: list[Tree] = []

    def taken(self) -> list[Tree]:
        done, self._done = self._done, []
        return done

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        tag = name[name.rfind(" ") + 1 :]
        self._text = ""
        if len(self._above) + len(self._paths) >= _DEEPEST:
            raise UnreadableFileError(self._name, "its elements are nested too deeply.", line=self._line)
        if not self._trees:
            self._above.append(tag)
            if self._is_root(self._above):
                self._begins(tag)
        elif tag in self._pieces:
            self._begins(tag)
        else:
            above = self._paths[-1]
            self._paths.append(f"{above}/{tag}" if above else tag)
        if self._trees:
            self._grows(_ELEMENT)
            for attribute, value in attributes.items():
                self._trees[-1].add(f"{self._paths[-1]}@{attribute}", value)

    def _begins(self, tag: str) -> None:
        self._trees.append(Tree(tag, self._line, self.parser.CurrentByteIndex))
        self._paths.append("")

    def _end(self, _name: str) -> None:
        if not self._trees:
            self._above.pop()
            return
        tree, path = self._trees[-1], self._paths.pop()
        if text := self._text.strip():
            tree.add(path, text)
        self._text = ""
        if not path:
            tree.end, tree.ends = self._line, self.parser.CurrentByteIndex
            self._done.append(self._trees.pop())
            if not self._trees:
                self._above.pop()

    def _characters(self, text: str) -> None:
        if self._trees:
            self._grows(len(text))
            self._text += text

    def _grows(self, length: int) -> None:
        tree = self._trees[-1]
        tree.length += length
        if tree.length > _LONGEST:
            raise UnreadableFileError(self._name, "one entry of it is longer than a megabyte.", line=self._line)

    def _doctype(self, *_: Any) -> None:
        message = "it declares a DOCTYPE, which no statement needs and which can make a reader open other files."
        raise UnreadableFileError(self._name, message, line=self._line)

    @property
    def _line(self) -> int:
        return self.parser.CurrentLineNumber
