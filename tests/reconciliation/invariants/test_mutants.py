"""Each invariant has a mutant of the engine that breaks it; the engine itself or a look at the rows catches it."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlglot import exp

from reconciliation.engine import UnbalancedGroupError, allocation, contra, loading, matching, parts, plan, settle
from reconciliation.engine import content as content_of
from reconciliation.engine.outcome import ADJUSTMENTS
from reconciliation.rules.currency_converted import CurrencyConverted
from reconciliation.rules.expressions import number
from tests.reconciliation.invariants.ledger import LEFT, RIGHT, Ledgers, broken, content

Patch = Callable[[pytest.MonkeyPatch], None]


def books_nothing(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(settle, "_adjustments", lambda *_: ADJUSTMENTS.empty_table())


def closes_nothing(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(matching, "close", lambda _, units: 1 if units else 0)


def cuts_nothing(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(allocation, "_used", lambda lines: lines.whole)


def pays_all_anew(patch: pytest.MonkeyPatch) -> None:
    """What an allocation leaves of a line is taken for the whole of it."""
    real = allocation._still_open

    def still_open(database: Any, table: str) -> exp.Query:
        whole = exp.select("*").from_(table)
        return whole if table == "right_open" else real(database, table)

    patch.setattr(allocation, "_still_open", still_open)


def forgets_parts(patch: pytest.MonkeyPatch) -> None:
    real = parts.Parts.marked
    patch.setattr(parts.Parts, "marked", lambda self, legs, left_over: real(self, legs, dict.fromkeys(left_over, 0)))


def cuts_rates_off(patch: pytest.MonkeyPatch) -> None:
    """Halves are cut off instead of rounded."""
    real = CurrencyConverted.worth

    def worth(self: CurrencyConverted, right: Any) -> Any:
        doubled = real(self, right)
        return exp.paren(doubled) - exp.Case().when(exp.paren(doubled % number(2)).eq(0), number(1)).else_(number(0))

    patch.setattr(CurrencyConverted, "worth", worth)


def mixes_currencies(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(
        plan, "_same_currency", lambda part, left, right: [left.amount.eq(right.amount)] if part.is_contra else []
    )


def forgets_refusals(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(matching, "forbid", lambda *_: False)


def reads_what_is_taken(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(loading.Reader, "_open", lambda self, source, asked, _table, _given: self.rows(source, asked))


def reads_past_the_cut_off(patch: pytest.MonkeyPatch) -> None:
    real = loading.Reader.rows

    def rows(self: loading.Reader, *given: Any) -> Any:
        return real(loading.Reader(self.database, self.scales), *given)

    patch.setattr(loading.Reader, "rows", rows)


def counts_without_signs(patch: pytest.MonkeyPatch) -> None:
    """A contra's legs as they were compared: both above zero."""
    patch.setattr(contra, "_one_sided", lambda settled, side: settled)


MUTANTS: dict[Patch, set[str]] = {
    books_nothing: {"I2"},
    closes_nothing: {"I1"},
    cuts_nothing: {"I2"},
    pays_all_anew: {"I2"},
    forgets_parts: {"I1"},
    cuts_rates_off: {"I2"},
    mixes_currencies: {"currency"},
    forgets_refusals: {"I11"},
    reads_what_is_taken: {"taken"},
    reads_past_the_cut_off: {"cut-off"},
    counts_without_signs: {"I2"},
}


def test_the_engine_breaks_nothing(tmp_path: Path) -> None:
    """Every pass finds something, and every invariant holds."""
    ledgers = Ledgers(tmp_path)
    outcome = ledgers.run()

    assert broken(ledgers, outcome) == set()
    assert set(outcome.groups["pass_name"].to_pylist()) >= {"Exact", "Fee", "FX", "Contra", "Paid", "Sum", "Amount"}


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.__name__)
def test_a_mutant_is_caught(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, mutant: Patch) -> None:
    """The engine refuses its own outcome, or the rows show that the invariant is broken."""
    mutant(monkeypatch)
    ledgers = Ledgers(tmp_path)

    try:
        outcome = ledgers.run()
    except UnbalancedGroupError:
        return
    assert MUTANTS[mutant] <= broken(ledgers, outcome)


def test_a_mutant_that_goes_by_the_order_of_rows_is_caught(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """I7: if ids decided instead of contents, the same rows the other way round would give other groups."""
    found = []
    for step, (left, right) in enumerate(((LEFT, RIGHT), (LEFT[::-1], RIGHT[::-1]))):
        folder = tmp_path / str(step)
        folder.mkdir()
        found.append(Ledgers(folder, [left], [right]))
    honest = [content(ledgers, ledgers.run()) for ledgers in found]
    by_content = content_of.ranked

    def ranked(*given: Any) -> Any:
        table = by_content(*given)
        return table.set_column(table.schema.get_field_index("rank"), "rank", table["unit"])

    monkeypatch.setattr(allocation, "ranked", ranked)
    mutant = [content(ledgers, ledgers.run()) for ledgers in found]

    assert honest[0] == honest[1]
    assert mutant[0] != mutant[1]
