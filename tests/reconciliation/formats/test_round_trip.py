"""Whatever way a table is written, what comes back is what went in, or it is asked, or refused."""

import csv
import io
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from reconciliation.formats import UnreadableFileError, detect, read
from reconciliation.money import to_decimal
from tests.effort import examples

_WORDS = {
    "utf-8": "Zażółć gęślą jaźń Ελλάδα 東京",
    "utf-8-sig": "Grüße naïve",
    "utf-16": "Оплата по счёту",
    "utf-16-le": "plain words only",
    "ascii": "plain words only",
    "cp1252": "Grüße, Café à Genève",
    "cp1250": "Żółta łąka, źdźbło",
    "cp1251": "Оплата по счёту",
}
_DAYS: dict[str, Callable[[date], str]] = {
    "YMD": lambda day: day.isoformat(),
    "YMD/": lambda day: f"{day:%Y/%m/%d}",
    "YMDcompact": lambda day: f"{day:%Y%m%d}",
    "DMY.": lambda day: f"{day:%d.%m.%Y}",
    "DMY/": lambda day: f"{day:%d/%m/%Y}",
    "DMYshort": lambda day: f"{day:%d.%m.%y}",
    "DMYbare": lambda day: f"{day.day}/{day.month}/{day.year}",
    "DMYnamed": lambda day: f"{day:%d %b %Y}",
    "MDY/": lambda day: f"{day:%m/%d/%Y}",
    "MDYbare": lambda day: f"{day.month}/{day.day}/{day.year}",
}
_NEGATIVES: dict[str, Callable[[str], str]] = {
    "before": lambda text: f"-{text}",
    "behind": lambda text: f"{text}-",
    "brackets": lambda text: f"({text})",
    "typographic": lambda text: f"\u2212{text}",
}
_LINES = st.lists(
    st.tuples(
        st.dates(date(2001, 1, 1), date(2049, 12, 31)),
        st.decimals(Decimal("-99999999.99"), Decimal("99999999.99"), places=2),
        st.text(" xyz,;\"'|&<\n", max_size=8),
    ),
    min_size=1,
    max_size=10,
)


@dataclass(frozen=True)
class Writing:
    """How a table is written down."""

    delimiter: str
    quoting: Any
    end: str
    encoding: str
    mark: str
    thousands: str
    negative: str
    day: str
    signs: str

    def amount(self, value: Decimal) -> str:
        whole, _, decimals = f"{abs(value):,.2f}".partition(".")
        text = whole.replace(",", self.thousands) + self.mark + decimals
        return _NEGATIVES[self.negative](text) if value < 0 and self.signs == "signed" else text

    def money(self, value: Decimal) -> tuple[str, ...]:
        if self.signs == "columns":
            return (self.amount(value), "") if value < 0 else ("", self.amount(value))
        return (self.amount(value), "D" if value < 0 else "C") if self.signs == "indicator" else (self.amount(value),)

    @property
    def headers(self) -> tuple[str, ...]:
        money = {"columns": ("Debit", "Credit"), "indicator": ("Amount", "D/C"), "signed": ("Amount",)}
        return ("Date", "Text", *money[self.signs], "Currency")

    def table(self, lines: list[tuple[date, Decimal, str]]) -> bytes:
        target = io.StringIO()
        writer = csv.writer(target, delimiter=self.delimiter, quoting=self.quoting, lineterminator=self.end)
        writer.writerow(self.headers)
        for day, value, text in lines:
            writer.writerow([_DAYS[self.day](day), self.text(text), *self.money(value), "EUR"])
        return target.getvalue().encode(self.encoding)

    def text(self, text: str) -> str:
        return f"t{text}{_WORDS[self.encoding]}"


def _marks() -> st.SearchStrategy[tuple[str, str]]:
    pairs = [(".", ","), (",", "."), (".", ""), (",", ""), (",", " "), (",", "\u00a0"), (".", "'"), (".", " ")]
    return st.sampled_from(pairs)


@st.composite
def writings(draw: st.DrawFn) -> Writing:
    encoding = draw(st.sampled_from(sorted(_WORDS)))
    mark, thousands = draw(_marks())
    negatives = [name for name in _NEGATIVES if name != "typographic" or encoding.startswith("utf")]
    return Writing(
        delimiter=draw(st.sampled_from(",;\t|")),
        quoting=draw(st.sampled_from([csv.QUOTE_ALL, csv.QUOTE_MINIMAL])),
        end=draw(st.sampled_from(["\n", "\r\n"])),
        encoding=encoding,
        mark=mark,
        thousands=thousands if thousands != "\u00a0" or encoding != "ascii" else "",
        negative=draw(st.sampled_from(negatives)),
        day=draw(st.sampled_from(sorted(_DAYS))),
        signs=draw(st.sampled_from(["signed", "columns", "indicator"])),
    )


@settings(max_examples=examples(60), deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(_LINES, writings())
def test_what_goes_in_comes_out(lines: list[tuple[date, Decimal, str]], writing: Writing) -> None:
    """Dialect, encoding, marks, order of dates, signs: nothing is guessed wrong in silence."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "table"
        path.write_bytes(writing.table(lines))
        try:
            detection = detect(path)
        except UnreadableFileError:
            event("refused")
            return
        truth = {"date_order": writing.day[:3], "decimal_mark": writing.mark, "currency": "EUR"}
        asked = set(detection.mapping.undecided)
        if not asked <= set(truth):
            event("asked what only a person can say")
            return
        reading = read(path, detection.mapping.with_answers({name: truth[name] for name in asked}))

    came = [
        (row["booking_date"], to_decimal(row["amount"], row["scale"]), row["text"])
        for row in reading.records.to_pylist()
    ]
    went = [(day, value, writing.text(text)) for day, value, text in lines]
    event("some lines refused" if reading.rejected else "equal")
    if reading.rejected:
        assert set(came) <= set(went)
        assert len(came) + len(reading.rejected) == len(went)
    else:
        assert came == went
