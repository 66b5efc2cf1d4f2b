"""Which encoding a file is in, decided from all of its bytes."""

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from reconciliation.formats.errors import UnreadableFileError

_CHUNK = 1 << 20
_SAMPLE = 1 << 16
_NEAR = 500
_BEYOND_ASCII = 0x80
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_WESTERN = "äöüÄÖÜßéèêëàâçîïôûùœñáíóúÁÉÍÓÚÑÀÈÇÊÂÔÎãõåæøÅÆØìòÌÒ€\u2013—\u2018\u2019“”„…£§°«»¿¡²³½\u00b4\u00a0"
_CENTRAL = "ąćęłńóśźżĄĆĘŁŃÓŚŹŻáčďéěíňřšťúůýžÁČĎÉĚÍŇŘŠŤÚŮÝŽőűŐŰöüäÖÜÄßăâîşţ€\u2013—„”“…§°«»\u00a0"
_BALTIC = "ąčęėįšųūžĄČĘĖĮŠŲŪŽāēģīķļņõäöüĀĒĢĪĶĻŅÕÄÖÜ€\u2013—„“”…§°«»\u00a0"
_CYRILLIC = (
    "".join(map(chr, (*range(0x410, 0x450), 0x401, 0x451, 0x404, 0x406, 0x407, 0x454, 0x456, 0x457)))
    + "№\u2013—«»…\u00a0"
)
_GREEK = "αβγδεζηθικλμνξοπρστυφχψωςάέήίόύώΑΒΓΔΕΖΗΘΙΚΛΜΝΞΟΠΡΣΤΥΦΧΨΩΆΈΉΊΌΎΏ€\u2013—«»…\u00a0"
_TURKISH = "ğıİşŞĞçÇöÖüÜâîû€\u2013—“”…\u00a0"
_CANDIDATES = {
    "cp1252": _WESTERN,
    "cp1250": _CENTRAL,
    "cp1251": _CYRILLIC,
    "cp1257": _BALTIC,
    "cp1253": _GREEK,
    "cp1254": _TURKISH,
    "cp850": _WESTERN.replace("€", ""),
    "mac_roman": _WESTERN,
    "koi8_r": _CYRILLIC,
    "cp866": _CYRILLIC,
}
_ODD = re.compile(
    r"[a-zß-ÿ][À-ÞŠŽ](?=[a-zß-ÿ])|[\u0430-\u044f][\u0410-\u042f]"  # a capital inside a word
    r"|(?<=[A-Za-z])[\u0370-\u04ff]|[\u0370-\u04ff](?=[A-Za-z])"  # two alphabets in one word
)


@dataclass(frozen=True, slots=True)
class EncodingChoice:
    name: str
    because: str
    confidence: int
    alternatives: tuple[str, ...] = ()


def choose_encoding(path: Path) -> EncodingChoice:
    """Raises `UnreadableFileError` for what is no text at all."""
    with path.open("rb") as stream:
        head = stream.read(_SAMPLE)
    for mark, name in _MARKS:
        if head.startswith(mark):
            return EncodingChoice(name, "the file begins with its byte order mark", 100)
    if wide := _without_mark(head):
        return EncodingChoice(wide, "every other byte is zero", 95)
    _refuse_binary(path, head)
    odd = _lines_beyond_utf8(path)
    if odd is None:
        return EncodingChoice("utf-8", "every byte of the file is valid UTF-8", 99)
    return _single_byte(odd)


def _without_mark(head: bytes) -> str | None:
    pairs = len(head) // 2
    even, odd = head[0::2].count(0), head[1::2].count(0)
    most, few = 0.4 * pairs, 0.05 * pairs
    if pairs and odd > most and even <= few:
        return "utf-16-le"
    return "utf-16-be" if pairs and even > most and odd <= few else None


def _refuse_binary(path: Path, head: bytes) -> None:
    control = sum(head.count(byte) for byte in (*range(9), *range(14, 27), *range(28, 32)))
    if control > max(2, len(head) // 100):
        message = "this is no text and no spreadsheet. Export the lines as CSV or XLSX."
        raise UnreadableFileError(path.name, message)


def _lines_beyond_utf8(path: Path) -> bytes | None:
    """None when the file is UTF-8; otherwise some of its lines that have bytes beyond ASCII."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        for chunk in _chunks(path):
            decoder.decode(chunk)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return _accented(path)
    return None


def _accented(path: Path) -> bytes:
    found: list[bytes] = []
    size = 0
    for chunk in _chunks(path):
        for line in chunk.splitlines():
            if size < _SAMPLE and not line.isascii():
                found.append(_around_letters(line))
                size += len(found[-1])
    return b"\n".join(found)


def _around_letters(line: bytes) -> bytes:
    """A line may be all of the file."""
    first = next(place for place, byte in enumerate(line) if byte >= _BEYOND_ASCII)
    return line[max(0, first - _NEAR) : first + _NEAR]


def _chunks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as stream:
        while chunk := stream.read(_CHUNK):
            yield chunk


def _single_byte(sample: bytes) -> EncodingChoice:
    """By the letters that the languages of each code page really use."""
    scores = {name: _score(sample, name) for name in _CANDIDATES}
    ranked = sorted(scores, key=lambda name: -scores[name])
    best, second = ranked[0], ranked[1]
    clear = scores[best] - scores[second]
    confidence = min(95, 60 + int(clear * 100))
    alternatives = tuple(name for name in ranked[1:4] if scores[name] > 0)
    return EncodingChoice(best, "not UTF-8; the accented letters make sense in this one", confidence, alternatives)


def _score(sample: bytes, name: str) -> float:
    try:
        text = sample.decode(name)
    except UnicodeDecodeError:
        text = sample.decode(name, errors="replace")
    beyond = [letter for letter in text if not letter.isascii()]
    usual = sum(letter in _usual(name) for letter in beyond)
    return (usual - len(_ODD.findall(text)) - 2 * text.count("\ufffd")) / max(1, len(beyond))


@cache
def _usual(name: str) -> frozenset[str]:
    return frozenset(_CANDIDATES[name])
