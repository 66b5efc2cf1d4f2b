"""The file as a stream of UTF-8, whatever it is written in, from a given line on."""

import codecs
import io
import re
from pathlib import Path

from reconciliation.formats.errors import UnreadableFileError
from reconciliation.formats.registry import Progress

_CHUNK = 1 << 20
_LINE_END = re.compile(rb"\r\n|\r|\n")


class Utf8Stream(io.RawIOBase):
    """Reads forward only, in chunks: the memory does not grow with the file."""

    def __init__(self, path: Path, encoding: str, first_line: int = 1, on_progress: Progress | None = None) -> None:
        self._path = path
        self._file = path.open("rb")
        self._size = max(1, path.stat().st_size)
        self._decoder = _decoder(path, encoding)
        self._on_progress = on_progress
        self._ready = b""
        self._ended = False
        self.lines = 0
        self._skip(first_line - 1)

    def readable(self) -> bool:
        return True

    def close(self) -> None:
        self._file.close()
        super().close()

    def readinto(self, target: memoryview) -> int:  # type: ignore[override]
        while not self._ready and not self._ended:
            self._fill()
        count = min(len(target), len(self._ready))
        target[:count] = self._ready[:count]
        self._ready = self._ready[count:]
        return count

    def _fill(self) -> None:
        chunk = self._file.read(_CHUNK)
        self._ended = not chunk
        try:
            text = self._decoder.decode(chunk, final=self._ended)
        except UnicodeDecodeError as error:
            message = f"a byte at {self._file.tell()} does not fit the encoding {error.encoding}. Choose another one."
            raise UnreadableFileError(self._path.name, message) from error
        self._ready += text.encode("utf-8", "replace")
        if self._on_progress:
            self._on_progress(min(1.0, self._file.tell() / self._size))

    def _skip(self, lines: int) -> None:
        for _ in range(lines):
            while True:
                match = _LINE_END.search(self._ready)
                if self._ended or (match and match.end() < len(self._ready)):
                    break
                self._fill()
            self._ready = self._ready[match.end() :] if match else b""


def text_of(path: Path, encoding: str) -> io.TextIOWrapper:
    """The file as text whose lines end as they do in the file; a byte that does not fit raises
    `UnreadableFileError`.
    """
    return io.TextIOWrapper(io.BufferedReader(Utf8Stream(path, encoding), _CHUNK), encoding="utf-8", newline="\n")


def _decoder(path: Path, encoding: str) -> codecs.IncrementalDecoder:
    try:
        return codecs.getincrementaldecoder(encoding)()
    except LookupError as error:
        raise UnreadableFileError(path.name, f"there is no encoding called {encoding!r}.", field="encoding") from error
