"""Uploading, looking at how a file is read, changing it, committing."""

from collections.abc import Callable
from hashlib import sha256

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from cqrs import services
from cqrs.testing import drain
from reconciliation.storage import Storage, key_of
from tests.pages.office import Office

NOVEMBER = b"Date,Reference,Name,Amount,Currency\n2026-11-01,INV-1001,Acme Ltd,12.00,EUR\n2026-11-02,X,Y,n/a,EUR\n"


def upload(client: Client, office: Office, content: bytes, **typed: str) -> str:
    """The address of the page that the upload leads to."""
    form = {"left-name": "", "left-file": SimpleUploadedFile("november.csv", content), **typed}
    return str(client.post(f"/projects/{office.project_id}/upload/", form, follow=True).request["PATH_INFO"])


def test_an_upload_leads_to_its_preview(office: Office, signed_in: Callable[[str], Client]) -> None:
    """A new source is named after its file; the preview accounts for every line and rejects what is no amount."""
    client = signed_in("preparer")
    page = client.get(upload(client, office, NOVEMBER)).content.decode()

    assert "november.csv" in page
    assert "Every line accounted for" in page
    assert "1 rejected line" in page
    assert "INV-1001" in page


def test_nothing_is_imported_before_the_commit(office: Office, signed_in: Callable[[str], Client]) -> None:
    """The commit is its own step, done by a worker, and the page says what came of it."""
    client = signed_in("preparer")
    place = upload(client, office, NOVEMBER)
    assert "Ready to import" in client.get(place).content.decode()

    client.post(f"{place}commit/")
    drain()

    assert "imported" in client.get(place).content.decode()
    assert client.get(f"{place}progress/").status_code == 286


def test_a_file_that_is_no_list_of_transactions(office: Office, signed_in: Callable[[str], Client]) -> None:
    """What cannot be read is refused on the upload page, in words."""
    client = signed_in("preparer")
    form = {"left-name": "", "left-file": SimpleUploadedFile("picture.csv", b"\x89PNG\r\n\x1a\n\x00\x00\x00")}
    page = client.post(f"/projects/{office.project_id}/upload/", form).content.decode()

    assert "errorlist" in page


def test_an_upload_by_a_viewer_leaves_nothing(office: Office, signed_in: Callable[[str], Client]) -> None:
    """The role is looked at before the bytes are kept."""
    content = NOVEMBER.replace(b"Acme", b"Refused")
    form = {"left-name": "Bank", "left-file": SimpleUploadedFile("november.csv", content)}
    response = signed_in("viewer").post(f"/projects/{office.project_id}/upload/", form)

    assert "Your role in this project does not allow this." in response.content.decode()
    assert not services.get(Storage).exists(key_of(sha256(content).hexdigest()))


def test_the_same_bytes_again_are_refused(office: Office, signed_in: Callable[[str], Client]) -> None:
    """A source that has a file already says so, at the form."""
    client = signed_in("preparer")
    place = upload(client, office, NOVEMBER)
    client.post(f"{place}commit/")
    drain()
    form = {"left-name": "november", "left-file": SimpleUploadedFile("november.csv", NOVEMBER)}
    page = client.post(f"/projects/{office.project_id}/upload/", form).content.decode()

    assert "already has exactly this file" in page


def test_a_changed_mapping_reads_the_file_again(office: Office, signed_in: Callable[[str], Client]) -> None:
    """Taking the reference from another column shows in the preview."""
    client = signed_in("preparer")
    place = upload(client, office, NOVEMBER)
    form = client.get(place).context["form"]
    typed = {name: form[name].initial or "" for name in form.fields} | {"column:reference": "2"}
    page = client.post(f"{place}mapping/", typed, follow=True).content.decode()

    assert "The file was read again as you said." in page
    assert client.get(place).context["found"].mapping["fields"]["reference"]["column"] == 2


def test_discarding_leads_back_to_the_list(office: Office, signed_in: Callable[[str], Client]) -> None:
    """A discarded upload stays listed as such."""
    client = signed_in("preparer")
    place = upload(client, office, NOVEMBER)
    page = client.post(f"{place}discard/", follow=True).content.decode()

    assert "The upload is discarded." in page


def test_what_a_file_leaves_open_is_asked_and_answered(office: Office, signed_in: Callable[[str], Client]) -> None:
    """Days and months that could be swapped are a question in words; without the answer nothing is committed."""
    client = signed_in("preparer")
    content = b"Date,Reference,Amount,Currency\n03/04/2026,A-1,10.00,EUR\n05/06/2026,A-2,11.00,EUR\n"
    place = upload(client, office, content)
    asked = client.get(place).content.decode()
    answered = client.post(f"{place}mapping/", {"answer:date_order": "DMY"}, follow=True).content.decode()

    assert "day, month, year" in asked
    assert 'id="commit" type="submit" name="then" value="commit" disabled' in " ".join(asked.split())
    assert "Ready to import" in answered
    assert "2026-04-03" in answered


def test_a_change_is_previewed_without_being_written(office: Office, signed_in: Callable[[str], Client]) -> None:
    """The page asks what would come of a decision; the file stays read as it was until the decision is saved."""
    client = signed_in("preparer")
    place = upload(client, office, NOVEMBER)
    form = client.get(place).context["form"]
    typed = {name: form[name].initial or "" for name in form.fields} | {"column:reference": "2"}
    response = client.post(f"{place}mapping/preview/", typed, headers={"HX-Request": "true"})

    page = response.content.decode()
    assert response.context["shown"].preview[0].parsed["reference"] == "Acme Ltd"
    assert "preparer decided so" in page
    assert 'id="understood"' in page
    assert client.get(place).context["found"].mapping["fields"]["reference"]["column"] == 1


def test_a_step_is_added_filled_in_and_saved(office: Office, signed_in: Callable[[str], Client]) -> None:
    """A transformation is a form: added, half filled without harm, told what is wrong, saved with the mapping."""
    client = signed_in("preparer")
    place = upload(client, office, NOVEMBER)
    form = client.get(place).context["form"]
    typed = {name: form[name].initial or "" for name in form.fields} | {"steps": "0"}
    added = client.post(
        f"{place}mapping/preview/",
        {**typed, "add-step": "extract"},
        headers={"HX-Request": "true", "HX-Target": "workbench"},
    )
    assert 'name="step-0-pattern"' in added.content.decode()

    typed |= {"steps": "1", "step-0-kind": "extract", "step-0-target": "number", "step-0-of": "Reference"}
    half = client.post(f"{place}mapping/preview/", typed, headers={"HX-Request": "true"})
    assert half.context["form"].is_refused is False

    wrong = client.post(f"{place}mapping/", typed | {"step-0-pattern": "("}).content.decode()
    assert "missing ): (" in wrong

    client.post(f"{place}mapping/", typed | {"step-0-pattern": "[0-9]+"})
    found = client.get(place).context["found"]
    assert found.mapping["transformations"] == [
        {"kind": "extract", "target": "number", "of": "Reference", "pattern": "[0-9]+"}
    ]
    assert found.preview[0].parsed["number"] == "1001"


def test_a_table_and_parts_are_inputs(office: Office, signed_in: Callable[[str], Client]) -> None:
    """The lines of a lookup and the parts of a concatenation are inputs of their own; empty ones are left out."""
    client = signed_in("preparer")
    place = upload(client, office, NOVEMBER)
    steps = {
        "steps": "2",
        "step-0-kind": "lookup",
        "step-0-target": "place",
        "step-0-of": "Reference",
        "step-0-otherwise": "empty",
        "step-0-key-0": "INV-1001",
        "step-0-value-0": "Bonn",
        "step-0-key-1": "",
        "step-0-value-1": "",
        "step-1-kind": "concatenate",
        "step-1-target": "own",
        "step-1-of-0": "place",
        "step-1-of-1": "Date",
        "step-1-of-2": "",
        "step-1-separator": "/",
    }
    client.post(f"{place}mapping/", steps)

    found = client.get(place).context["found"]
    assert found.mapping["transformations"][0]["table"] == {"INV-1001": "Bonn"}
    assert found.preview[0].parsed["own"] == "Bonn/2026-11-01"


def test_another_delimiter_shows_other_columns(office: Office, signed_in: Callable[[str], Client]) -> None:
    """What divides the file anew comes back as a new form, with nothing of the old columns in it."""
    client = signed_in("preparer")
    place = upload(client, office, b"Date,x;Amount;Text\n2026-11-01,y;1.50;a\n2026-11-02,z;2.50;b\n")
    context = client.get(place).context
    typed = {name: context["form"][name].initial or "" for name in context["form"].fields}
    typed |= {"divided": context["divided"], "delimiter": ","}
    response = client.post(f"{place}mapping/preview/", typed, headers={"HX-Request": "true"})

    assert response.headers["HX-Retarget"] == "#workbench"
    assert response.context["shown"].header == ("Date", "x;Amount;Text")
    assert client.get(place).context["found"].header == ("Date,x", "Amount", "Text")


def test_saving_can_import_at_once(office: Office, signed_in: Callable[[str], Client]) -> None:
    """One button saves the decisions and imports the file with them."""
    client = signed_in("preparer")
    content = b"Date,Reference,Amount,Currency\n03/04/2026,A-1,10.00,EUR\n05/06/2026,A-2,11.00,EUR\n"
    place = upload(client, office, content)
    client.post(f"{place}mapping/", {"answer:date_order": "MDY", "then": "commit"})
    drain()

    found = client.get(place).context["found"]
    assert (found.row.status, found.row.records, found.mapping["date_order"]) == ("committed", 2, "MDY")


def test_several_files_of_one_source(office: Office, signed_in: Callable[[str], Client]) -> None:
    """They come in together, into one source; of one that cannot be read the reason is told."""
    client = signed_in("preparer")
    files = [
        SimpleUploadedFile("october.csv", NOVEMBER.replace(b"2026-11", b"2026-10")),
        SimpleUploadedFile("broken.csv", b"nothing of this is a table"),
        SimpleUploadedFile("november.csv", NOVEMBER),
    ]
    response = client.post(f"/projects/{office.project_id}/upload/", {"left-name": "", "left-file": files}, follow=True)

    assert response.request["PATH_INFO"] == f"/projects/{office.project_id}/imports/"
    listed = [(row.file_name, row.source_name) for row in response.context["imports"].items][:2]
    assert listed == [("november.csv", "october"), ("october.csv", "october")]
    page = response.content.decode()
    assert "2 files are there" in page
    assert "broken.csv: no table was found in it" in page


def test_the_progress_is_told_where_to_go(office: Office, signed_in: Callable[[str], Client]) -> None:
    """A page that uploads by script gets the address, so that no message is lost on the way."""
    form = {"left-name": "", "left-file": SimpleUploadedFile("november.csv", NOVEMBER)}
    address = f"/projects/{office.project_id}/upload/"
    response = signed_in("preparer").post(address, form, headers={"X-Progress": "yes"})

    assert (response.status_code, "/imports/" in response.headers["X-Onwards"]) == (204, True)


def test_files_of_one_name_on_both_sides(office: Office, signed_in: Callable[[str], Client]) -> None:
    """web.sta and web.csv are two sources: the proposed name gives way, a typed one is refused at its field."""
    client = signed_in("preparer")
    upload(client, office, NOVEMBER)
    other = NOVEMBER.replace(b"Acme", b"Other")
    form = {"right-name": "", "right-file": SimpleUploadedFile("november.txt", other)}
    found = client.post(f"/projects/{office.project_id}/upload/", form, follow=True).context["found"]
    assert (found.row.source_name, found.row.side) == ("november (right)", "right")

    typed = {"right-name": "november", "right-file": SimpleUploadedFile("again.csv", other)}
    forms = client.post(f"/projects/{office.project_id}/upload/", typed).context["forms"]
    assert "on the other side" in str(forms[1].errors["name"])


def test_a_file_of_the_other_side_is_questioned(office: Office, signed_in: Callable[[str], Client]) -> None:
    """Left given as right: the columns, or the very bytes, are those of the other side, and the page says so."""
    client = signed_in("preparer")

    def bring(side: str, source: str, content: bytes) -> str:
        form = {f"{side}-name": source, f"{side}-file": SimpleUploadedFile("file.csv", content)}
        sent = client.post(f"/projects/{office.project_id}/upload/", form, follow=True)
        client.post(f"{sent.request['PATH_INFO']}mapping/", {"currency": "EUR", "then": "commit"})
        drain()
        return sent.content.decode()

    bring("right", "Books", b"Booking date;Amount;Note\n13.11.2026;1,50;a\n14.11.2026;2,50;b\n")
    bring("left", "Till", NOVEMBER)

    page = bring("right", "Books", NOVEMBER)
    assert "Exactly this file is imported into Till already" in page
    assert "on the other side. Was it meant for this side?" in page
