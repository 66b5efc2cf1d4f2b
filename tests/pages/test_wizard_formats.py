"""The mapping wizard for files that are no delimited text."""

from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.pages.office import Office

SAMPLES = Path(__file__).parents[1] / "reconciliation" / "formats" / "samples"


@pytest.mark.parametrize("name", ["camt053.xml", "mt940.sta", "ods.ods", "json.json"])
def test_each_format_is_shown_and_saved(office: Office, signed_in: Callable[[str], Client], name: str) -> None:
    """Saving the page as it is changes nothing; a step works on a statement's fields as on a table's."""
    client = signed_in("preparer")
    form = {"left-name": name, "left-file": SimpleUploadedFile(name, (SAMPLES / name).read_bytes())}
    sent = client.post(f"/projects/{office.project_id}/upload/", form, follow=True)
    place, context = sent.request["PATH_INFO"], sent.context
    before = context["found"].mapping
    typed = {name: context["form"][name].initial or "" for name in context["form"].fields}
    typed |= {"divided": context["divided"], "steps": "0"}

    assert client.post(f"{place}mapping/", typed).status_code == 302
    assert client.get(place).context["found"].mapping == before

    step = {"steps": "1", "step-0-kind": "upper", "step-0-target": "loud", "step-0-of": "reference"}
    shown = client.post(f"{place}mapping/preview/", typed | step, headers={"HX-Request": "true"})
    assert "loud" in shown.context["shown"].derived
    assert shown.context["form"].is_refused is False
