"""What may happen to a file: cut, repeated, crossed with another one, or written to do harm."""

import re
from collections.abc import Callable

from hypothesis import strategies as st

from tests.fuzz.seeds import packed, unpacked

_NUMBERS = (
    b"0", b"-1", b"00000000", b"99999999", b"31129999", b"1e308", b"NaN", b"9" * 19, b"9" * 41, b"9" * 5000, b"1.000",
    b"1,000", b"0.0000000000001", b"-0", b"+5", b"(1,00)", b"12.34.56", b"1'000.00", "\u0661\u0662".encode(), b"",
)  # fmt: skip
_MARKS = (
    b",", b";", b"\t", b"|", b'"', b"'", b"\n", b"\r", b"\r\n", b"\n\n", b"\0", b"\xff", b"\xfe\xff", b"\xef\xbb\xbf",
    b"<", b">", b"&", b"&#0;", b"&amp;", b"/", b"?20", b":61:", b":86:", b":25:", b":60F:", b"-}", b"{4:", b"88,",
    b"16,", b"03,", b"49,", b"99,", b"^", b"!Type:Bank", b"!Account", b"<STMTTRN>", b"</OFX>", b"<!DOCTYPE x>",
    b"<![CDATA[", b"]]>", b"<Ntry>", b"</Ntry>", b"<Amt Ccy='XXX'>", b"{", b"}", b"[", b"]", b"\\u0000", b"null",
    "\u2028".encode(), "\u00a0".encode(), "\U0001f600".encode(), b"x" * 3000, b" " * 3000, b"\xc3",
)  # fmt: skip
_DIGITS = re.compile(rb"\d[\d.,]*")

Mutation = tuple[int, int, int]
mutations = st.lists(st.tuples(st.integers(0, 8), st.integers(0, 1 << 16), st.integers(0, 1 << 16)), max_size=6)


def mutated(content: bytes, steps: list[Mutation]) -> bytes:
    for kind, first, second in steps:
        content = _KINDS[kind](content, first, second)
    return content


def mutated_inside(archive: bytes, steps: list[Mutation]) -> bytes:
    """A member of a zip: that of the first step, which a mutation of the whole would only make unreadable."""
    members = unpacked(archive)
    for kind, first, second in steps:
        name = sorted(members)[second % len(members)]
        members[name] = _KINDS[kind](members[name], first, second)
    return packed(members)


def _at(content: bytes, place: int) -> int:
    return place % (len(content) + 1)


def _cut(content: bytes, first: int, _second: int) -> bytes:
    return content[: _at(content, first)]


def _without(content: bytes, first: int, second: int) -> bytes:
    place = _at(content, first)
    return content[:place] + content[place + second % 40 :]


def _insert(content: bytes, first: int, second: int) -> bytes:
    place = _at(content, first)
    return content[:place] + _MARKS[second % len(_MARKS)] + content[place:]


def _flip(content: bytes, first: int, second: int) -> bytes:
    place = _at(content, first)
    return content[:place] + bytes([second % 256]) + content[place + 1 :]


def _number(content: bytes, first: int, second: int) -> bytes:
    found = list(_DIGITS.finditer(content))
    if not found:
        return content
    chosen = found[first % len(found)]
    return content[: chosen.start()] + _NUMBERS[second % len(_NUMBERS)] + content[chosen.end() :]


def _on_lines(change: Callable[[list[bytes], int, int], None]) -> Callable[[bytes, int, int], bytes]:
    def changed(content: bytes, first: int, second: int) -> bytes:
        lines = content.split(b"\n")
        change(lines, first % len(lines), second % len(lines))
        return b"\n".join(lines)

    return changed


def _delete(lines: list[bytes], first: int, _second: int) -> None:
    del lines[first]


def _repeat(lines: list[bytes], first: int, second: int) -> None:
    lines.insert(second, lines[first])


def _swap(lines: list[bytes], first: int, second: int) -> None:
    lines[first], lines[second] = lines[second], lines[first]


def _many(content: bytes, first: int, second: int) -> bytes:
    """One piece of the file a thousand times."""
    place = _at(content, first)
    piece = content[place : place + second % 60]
    return content[:place] + piece * 1000 + content[place:]


_KINDS: list[Callable[[bytes, int, int], bytes]] = [
    _cut, _without, _insert, _flip, _number, _on_lines(_delete), _on_lines(_repeat), _on_lines(_swap), _many,
]  # fmt: skip
