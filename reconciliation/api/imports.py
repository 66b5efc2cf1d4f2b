"""Files: upload, preview, change how they are read, commit."""

from dataclasses import replace

from django.http import FileResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from cqrs import command_bus, query_bus, services
from cqrs.rest.endpoints import Endpoint, asks, beside, carries, dispatches
from cqrs.rest.serializers import MessageSerializer
from projects.api.viewsets import ProjectScopedViewSet
from projects.ids import ProjectId
from reconciliation.commands.amend_import import AmendImport
from reconciliation.commands.cancel_import import CancelImport
from reconciliation.commands.change_mapping import ChangeMapping
from reconciliation.commands.commit_import import CommitImport
from reconciliation.commands.discard_import import DiscardImport
from reconciliation.commands.reinstate_import import ReinstateImport
from reconciliation.commands.upload_file import UploadFile
from reconciliation.commands.withdraw_import import WithdrawImport
from reconciliation.ids import ImportId, SourceId
from reconciliation.queries.diff_amendment import DiffAmendment
from reconciliation.queries.get_import import GetImport
from reconciliation.queries.get_mapping import GetMapping
from reconciliation.queries.get_original import GetOriginal
from reconciliation.queries.get_quality_report import GetQualityReport
from reconciliation.queries.list_imports import ListImports
from reconciliation.queries.preview_mapping import PreviewMapping
from reconciliation.receiving import receive
from reconciliation.storage import Storage


class UploadForm(MessageSerializer):
    """A file for a source, as multipart/form-data."""

    source_id = serializers.IntegerField(min_value=1, max_value=2**63 - 1)
    file = serializers.FileField()


UPLOAD = Endpoint(UploadFile, shows=GetImport, creates="import_id", status=status.HTTP_201_CREATED, accepts=UploadForm)


class CorrectedFileForm(MessageSerializer):
    """The whole file as it should have been, as multipart/form-data."""

    file = serializers.FileField()


AMEND = Endpoint(
    AmendImport, shows=GetImport, creates="import_id", status=status.HTTP_201_CREATED, accepts=CorrectedFileForm
)


class ImportViewSet(ProjectScopedViewSet):
    """Files brought into a source. Upload one, look at how it would be read, correct that, commit it."""

    lookup_url_kwarg = "import_id"

    list = asks(ListImports)
    retrieve = asks(GetImport)
    mapping = asks(GetMapping, at="mapping")
    change_mapping = beside(mapping, dispatches(ChangeMapping, shows=GetImport), name="change_mapping", verb="put")
    preview = asks(PreviewMapping, at="preview", is_sent=True)
    commit = dispatches(CommitImport, shows=GetImport, at="commit", status=status.HTTP_202_ACCEPTED)
    cancel = dispatches(CancelImport, shows=GetImport, at="cancel", status=status.HTTP_202_ACCEPTED)
    discard = dispatches(DiscardImport, shows=GetImport, at="discard")
    diff = asks(DiffAmendment, at="diff")
    quality = asks(GetQualityReport, at="quality")
    withdraw = dispatches(WithdrawImport, shows=GetImport, at="withdraw")
    reinstate = dispatches(ReinstateImport, shows=GetImport, at="reinstate")

    @carries(UPLOAD)
    def create(self, request: Request, **_ids: str) -> Response:
        """Propose how a file is to be read. Nothing is imported before it is committed."""
        form = UploadForm(data=request.data)
        form.is_valid(raise_exception=True)
        file = form.validated_data["file"]
        # The bytes come first: they may be large, and a transaction is no place to receive them in.
        upload_file = UploadFile(
            project_id=ProjectId(self.ids["project_id"]),
            source_id=SourceId(form.validated_data["source_id"]),
            file_name=file.name,
            sha256="",
        )
        command_bus.authorise(upload_file)  # nothing is kept of what may not be uploaded
        stored = receive(file, str(file.name))
        import_id = command_bus.dispatch(replace(upload_file, sha256=stored.sha256))
        return self.show_result(UPLOAD, import_id, request)

    @carries(AMEND)
    @action(detail=True, methods=["post"])
    def amend(self, request: Request, **_ids: str) -> Response:
        """Propose a corrected file in the place of this one; `diff` of the answer's import tells what it changes."""
        form = CorrectedFileForm(data=request.data)
        form.is_valid(raise_exception=True)
        file = form.validated_data["file"]
        project_id, import_id = ProjectId(self.ids["project_id"]), ImportId(self.ids["import_id"])
        amend_import = AmendImport(project_id=project_id, import_id=import_id, file_name=file.name, sha256="")
        command_bus.authorise(amend_import)
        stored = receive(file, str(file.name))
        return self.show_result(AMEND, command_bus.dispatch(replace(amend_import, sha256=stored.sha256)), request)

    @extend_schema(
        operation_id="DownloadOriginal",
        responses={(200, "application/octet-stream"): OpenApiResponse(OpenApiTypes.BINARY)},
    )
    @action(detail=True)
    def original(self, _request: Request, **_ids: str) -> FileResponse:
        """The file as it was uploaded, byte for byte."""
        ids = self.ids
        project_id, import_id = ProjectId(ids["project_id"]), ImportId(ids["import_id"])
        original = query_bus.ask(GetOriginal(project_id=project_id, import_id=import_id))
        stream = services.get(Storage).open(original.key)
        return FileResponse(
            stream, as_attachment=True, filename=original.file_name, content_type="application/octet-stream"
        )
