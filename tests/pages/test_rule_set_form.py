"""The rules in a form: nothing is written until it is published, and every button keeps what was typed."""

from collections.abc import Callable

from django.test import Client

from reconciliation.models import RuleSetVersion
from tests.pages.office import Office

TYPED = {
    "name": "Rules",
    "passes": "1",
    "passes.0.name": "By reference",
    "passes.0.cardinality": "1:1",
    "passes.0.rules": "1",
    "passes.0.rules.0.type": "SameReference",
    "passes.0.rules.0.compare": "digits",
    "passes.0.decide.confirm_at": "85",
    "passes.0.decide.suggest_at": "50",
}


def post(client: Client, office: Office, **typed: str) -> str:
    address = f"/projects/{office.project_id}/rules/form/"
    return client.post(address, TYPED | typed, follow=True).content.decode()


def test_it_opens_with_the_newest_rules(office: Office, signed_in: Callable[[str], Client]) -> None:
    """Each pass has its fields, each rule is called what its docstring says."""
    page = signed_in("reviewer").get(f"/projects/{office.project_id}/rules/form/").content.decode()

    assert "Both sides carry the same reference" in page
    assert 'name="passes.0.rules.0.compare"' in page


def test_a_rule_is_added_and_nothing_published(office: Office, signed_in: Callable[[str], Client]) -> None:
    """The chosen rule stands in the form with its fields; what was typed before is still there."""
    before = RuleSetVersion.objects.count()

    page = post(signed_in("reviewer"), office, **{"do": "add-rule:0", "passes.0.new": "DatesWithin"})

    assert 'name="passes.0.rules.1.after"' in page
    assert '<option value="digits" selected>' in " ".join(page.split()).replace(" >", ">")
    assert RuleSetVersion.objects.count() == before


def test_passes_are_added_moved_and_removed(office: Office, signed_in: Callable[[str], Client]) -> None:
    """The order of the form is the order in which passes are tried."""
    client = signed_in("reviewer")

    assert "2. Pass 2" in post(client, office, do="add-pass")
    assert "1. By reference" not in post(client, office, do="drop-pass:0")
    moved = post(client, office, **{"passes": "2", "passes.1.name": "Second", "do": "raise-pass:1"})
    assert moved.index("Second") < moved.index("By reference")


def test_mistakes_name_their_pass_and_rule(office: Office, signed_in: Callable[[str], Client]) -> None:
    """Publishing what cannot run says where it is wrong, and keeps the form."""
    page = post(signed_in("reviewer"), office, **{"do": "publish", "passes.0.rules.0.compare": "sound"})

    assert "pass 1 “By reference”, rule 1 SameReference.compare" in page
    assert 'value="By reference"' in page


def test_publishing_makes_the_next_version(office: Office, signed_in: Callable[[str], Client]) -> None:
    """The version says in words what the form said."""
    page = post(signed_in("reviewer"), office, do="publish", note="Digits only")

    assert "Same reference (digits only)" in page
    assert RuleSetVersion.objects.filter(note="Digits only").count() == 1


def test_who_may_not_publish(office: Office, signed_in: Callable[[str], Client]) -> None:
    """A viewer is told so by the site, and nothing is published."""
    before = RuleSetVersion.objects.count()

    post(signed_in("viewer"), office, do="publish")

    assert RuleSetVersion.objects.count() == before
