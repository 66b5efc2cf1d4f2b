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


class Node:
    """An element without its namespace; `line` and `end` are the physical lines that it begins and ends on, `begins`
    and `ends` the bytes of the file where its first and its last tag begin.
    """

    __slots__ = ("attributes", "begins", "children", "end", "ends", "line", "parts", "tag")

    def __init__(self, tag: str, attributes: dict[str, str], line: int, begins: int = 0) -> None:
        self.tag = tag
        self.attributes = attributes
        self.line = line
        self.end = line
        self.begins = self.ends = begins
        self.parts: list[str] = []
        self.children: list[Node] = []

    @property
    def text(self) -> str:
        return "".join(self.parts).strip()

    def all(self, path: str) -> list["Node"]:
        """The elements at `A/B/C` below this one."""
        found = [self]
        for tag in path.split("/"):
            found = [child for node in found for child in node.children if child.tag == tag]
        return found

    def first(self, *paths: str) -> str:
        """The first text that is not blank at any of the paths, asked in order."""
        return next((node.text for path in paths for node in self.all(path) if node.text), "")

    def has(self, path: str) -> bool:
        return bool(self.all(path))


def trees(path: Path, is_root: Callable[[list[str]], bool], pieces: frozenset[str] = frozenset()) -> Iterator[Node]:
    """Each element for which `is_root` of the tags above and its own holds, once it is complete; last of all a node
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
    yield Node("#end", {}, reader.parser.CurrentLineNumber)


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
        self._above: list[str] = []
        self._open: list[Node] = []
        self._done: list[Node] = []
        self._length = 0
        self._lengths: list[int] = []  # before each open element

    def taken(self) -> list[Node]:
        done, self._done = self._done, []
        return done

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        tag = name.rpartition(" ")[2]
        self._above.append(tag)
        if len(self._above) > _DEEPEST:
            raise UnreadableFileError(self._name, "its elements are nested too deeply.", line=self._line)
        if self._open or self._is_root(self._above):
            node = Node(tag, attributes, self._line, self.parser.CurrentByteIndex)
            if self._open:
                self._open[-1].children.append(node)
            else:
                self._length = 0
            self._open.append(node)
            self._lengths.append(self._length)
            self._grows(_ELEMENT)

    def _end(self, _name: str) -> None:
        self._above.pop()
        if self._open:
            node = self._open.pop()
            node.end = self._line
            node.ends = self.parser.CurrentByteIndex
            before = self._lengths.pop()
            if not self._open:
                self._done.append(node)
            elif node.tag in self._pieces:
                self._open[-1].children.pop()
                self._length = before
                self._done.append(node)

    def _characters(self, text: str) -> None:
        if self._open:
            self._grows(len(text))
            self._open[-1].parts.append(text)

    def _grows(self, length: int) -> None:
        self._length += length
        if self._length > _LONGEST:
            raise UnreadableFileError(self._name, "one entry of it is longer than a megabyte.", line=self._line)

    def _doctype(self, *_: Any) -> None:
        message = "it declares a DOCTYPE, which no statement needs and which can make a reader open other files."
        raise UnreadableFileError(self._name, message, line=self._line)

    @property
    def _line(self) -> int:
        return self.parser.CurrentLineNumber
