from decimal import Decimal

import pytest

from cqrs import query_bus
from projects.ids import ProjectId
from reconciliation.ids import ImportId, Side
from reconciliation.queries.diff_amendment import AmendmentDiff, DiffAmendment, DiffLine, NoProposedAmendmentError
from reconciliation.queries.get_import import ImportDetail
from tests.reconciliation.corrections.test_amend_import import CORRECTED, match, propose
from tests.reconciliation.importing import HEADER, MONTH, RENT, add_source, bring_in, commit, texts


@pytest.fixture
def imported(project_id: ProjectId) -> ImportDetail:
    """Rent, two coffees and a salary."""
    return bring_in(project_id, add_source(project_id), MONTH)


@pytest.fixture
def proposed(project_id: ProjectId, imported: ImportDetail) -> ImportId:
    """The rent is another one, a coffee is gone, an insurance is new."""
    return propose(project_id, imported, CORRECTED)


def diff(project_id: ProjectId, import_id: ImportId, **more: str | int) -> AmendmentDiff:
    return query_bus.ask(DiffAmendment(project_id=project_id, import_id=import_id, **more))  # type: ignore[arg-type]


def by_kind(found: AmendmentDiff) -> dict[str, DiffLine]:
    return {line.kind: line for line in found.lines}


def test_counts_each_kind_with_its_amount(project_id: ProjectId, proposed: ImportId) -> None:
    """Changed lines count with their new amount; nothing is changed by looking."""
    totals = {total.kind: (total.lines, total.amount) for total in diff(project_id, proposed).totals}

    assert totals == {
        "unchanged": (2, Decimal("2397.50")),
        "changed": (1, Decimal(-860)),
        "withdrawn": (1, Decimal(-3)),
        "added": (1, Decimal(-70)),
    }
    assert texts(project_id) == ["Coffee", "Coffee", "Rent November", "Salary"]


def test_shows_a_changed_line_field_by_field(project_id: ProjectId, proposed: ImportId) -> None:
    """What stood there and what stands there now; the other lines are shown as they are or were."""
    lines = by_kind(diff(project_id, proposed))

    [change] = lines["changed"].changes
    assert (change.field, change.before, change.after) == ("amount", "-850.00", "-860.00")
    assert (lines["withdrawn"].text, lines["withdrawn"].changes) == ("Coffee", ())
    assert (lines["added"].text, lines["added"].record_id) == ("Insurance", None)
    assert "unchanged" not in lines


def test_names_the_matches_to_review(project_id: ProjectId, imported: ImportDetail, proposed: ImportId) -> None:
    """Before anything is committed one sees which decisions it touches."""
    ledger = RENT.replace("Rent", "Ledger rent")
    bring_in(project_id, add_source(project_id, "Ledger", Side.RIGHT), HEADER + ledger, "ledger.csv")
    group_id = match(project_id, "Rent November", "Ledger rent November")

    found = diff(project_id, proposed)
    assert (found.groups_to_review, by_kind(found)["changed"].group_id) == (1, group_id)


def test_comes_page_by_page_and_kind_by_kind(project_id: ProjectId, proposed: ImportId) -> None:
    """Every line is on one page."""
    first = diff(project_id, proposed, limit=2)
    second = diff(project_id, proposed, limit=2, after=first.next or "")

    assert (len(first.lines), len(second.lines), second.next) == (2, 1, None)
    assert [line.kind for line in diff(project_id, proposed, kind="unchanged").lines] == ["unchanged", "unchanged"]


def test_is_of_a_proposal_only(project_id: ProjectId, imported: ImportDetail, proposed: ImportId) -> None:
    """A file that amends nothing has no diff, and one that is committed none any more."""
    with pytest.raises(NoProposedAmendmentError):
        diff(project_id, imported.row.id)
    commit(project_id, proposed)

    with pytest.raises(NoProposedAmendmentError):
        diff(project_id, proposed)
