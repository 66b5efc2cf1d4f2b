"""Text in the form in which it is compared, the same on every engine because it is made here and not there."""

import re
import unicodedata
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

_OTHER = re.compile(r"[\W_]+")


def words(text: str) -> str:
    """Lower-case words without accents and punctuation: 'Müller-Groß & Co.' is 'muller gross co'."""
    folded = unicodedata.normalize("NFKD", text.casefold())
    plain = "".join(letter for letter in folded if not unicodedata.combining(letter))
    return _OTHER.sub(" ", plain).strip()


def words_of(texts: Any) -> pa.StringArray:
    """The same for an Arrow column; what has no word is null. Each distinct text is looked at once."""
    whole = texts.combine_chunks() if isinstance(texts, pa.ChunkedArray) else texts
    encoded = whole.cast(pa.string()).dictionary_encode()
    found: pa.StringArray = _words_of_distinct(encoded.dictionary).take(encoded.indices)
    return found


def letters_of(texts: Any) -> pa.StringArray:
    """Only letters and digits: 'INV-0008', 'inv 0008' and 'INV0008' are one."""
    return pc.replace_substring(words_of(texts), " ", "")


def _words_of_distinct(texts: Any) -> Any:
    plain = pc.utf8_trim_whitespace(pc.replace_substring_regex(pc.ascii_lower(texts), "[^a-z0-9]+", " "))
    odd = pc.invert(pc.string_is_ascii(texts))
    if pc.any(odd).as_py():
        others = pa.array([words(str(text)) for text in texts.filter(odd).to_pylist()], pa.string())
        plain = pc.replace_with_mask(plain, odd, others)
    return pc.if_else(pc.equal(plain, pa.scalar("")), pa.scalar(None, pa.string()), plain)
