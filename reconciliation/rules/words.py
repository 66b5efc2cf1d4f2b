"""Text in the form in which it is compared, the same on every engine because it is made here and not there."""

import re
import unicodedata

_OTHER = re.compile(r"[\W_]+")


def words(text: str) -> str:
    """Lower-case words without accents and punctuation: 'Müller-Groß & Co.' is 'muller gross co'."""
    folded = unicodedata.normalize("NFKD", text.casefold())
    plain = "".join(letter for letter in folded if not unicodedata.combining(letter))
    return _OTHER.sub(" ", plain).strip()
