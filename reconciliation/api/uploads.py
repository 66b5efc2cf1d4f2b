"""Large files in parts that survive a broken connection, by the tus protocol."""

from dataclasses import replace
from io import BytesIO
from typing import Any

from django.urls import reverse
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from cqrs import DomainError, command_bus, query_bus, services
from cqrs.rest.endpoints import Endpoint, carries
from projects.api.viewsets import ProjectScopedViewSet
from projects.ids import ProjectId
from reconciliation.api import tus
from reconciliation.commands.abandon_upload import AbandonUpload
from reconciliation.commands.append_to_upload import AppendToUpload, Arrived, OffsetMismatchError
from reconciliation.commands.finish_upload import FinishUpload
from reconciliation.commands.start_upload import StartUpload
from reconciliation.commands.upload_file import UploadFile
from reconciliation.ids import ImportId, SourceId, UploadId
from reconciliation.queries.get_upload import GetUpload, UploadDetail
from reconciliation.receiving import Gate, receive
from reconciliation.receiving.parts import CHECKSUMS, ChecksumMismatchError, JoinedParts, store_part
from reconciliation.storage import Storage

SHOW = Endpoint(GetUpload, shows=GetUpload)
START = Endpoint(StartUpload, shows=GetUpload, creates="upload_id", status=status.HTTP_201_CREATED)
APPEND = Endpoint(AppendToUpload, tells="received", status=status.HTTP_204_NO_CONTENT)
ABANDON = Endpoint(AbandonUpload, status=status.HTTP_204_NO_CONTENT)


class UploadViewSet(ProjectScopedViewSet):
    """Files that arrive in parts (tus 1.0.0). Start one, send its parts, and it becomes an import to look at."""

    lookup_url_kwarg = "upload_id"

    @carries(SHOW)
    def retrieve(self, request: Request, **_ids: str) -> Response:
        """How far an upload of yours is; by HEAD the headers alone."""
        return _with(self.perform(SHOW, request), self._upload(UploadId(self.ids["upload_id"])))

    @carries(START)
    def create(self, request: Request, **_ids: str) -> Response:
        """Announce a file: as JSON, or by the headers Upload-Length and Upload-Metadata (filename, source_id)."""
        if not tus.speaks_tus(request):
            return self.perform(START, request)
        command_bus.authorise(self._start(SourceId(0), "", 0))
        tus.refuse_other_versions(request)
        given = tus.metadata(request)
        source = given.get("source_id", "")
        source_id = SourceId(int(source) if source.isascii() and source.isdecimal() else 0)
        start = self._start(source_id, given.get("filename", ""), tus.number(request, "Upload-Length"))
        upload_id = command_bus.dispatch(start)
        return _with(self.show_result(START, upload_id, request), self._upload(upload_id))

    @carries(APPEND)
    def partial_update(self, request: Request, **_ids: str) -> Response:
        """Send the part that begins at Upload-Offset. The last one makes the file an import: `Content-Location`."""
        upload = self._upload(UploadId(self.ids["upload_id"]))
        tus.refuse_other_versions(request)
        tus.refuse_other_bodies(request)
        if tus.number(request, "Upload-Offset") != upload.received:
            raise OffsetMismatchError(f"{upload.received} of {upload.size} bytes are there.")
        arrived = self._appended(upload, request)
        import_id = upload.import_id
        if arrived.received == upload.size and import_id is None:
            import_id = self._imported(upload, arrived.keys)
        response = Response(status=status.HTTP_204_NO_CONTENT)
        if import_id is not None:
            place = {"project_id": self.ids["project_id"], "import_id": import_id}
            response["Content-Location"] = request.build_absolute_uri(reverse("import-detail", kwargs=place))
        return _with(response, replace(upload, received=arrived.received))

    @carries(ABANDON)
    def destroy(self, _request: Request, **_ids: str) -> Response:
        """Take the upload back; its parts are removed."""
        self._abandon(self._upload(UploadId(self.ids["upload_id"])))
        return Response(status=status.HTTP_204_NO_CONTENT)

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        answer = super().finalize_response(request, response, *args, **kwargs)
        answer["Tus-Resumable"] = tus.VERSION
        if request.method == "OPTIONS" or answer.status_code == status.HTTP_412_PRECONDITION_FAILED:
            answer["Tus-Version"] = tus.VERSION
            answer["Tus-Extension"] = tus.EXTENSIONS
            answer["Tus-Max-Size"] = str(services.get(Gate).most_bytes)
            answer["Tus-Checksum-Algorithm"] = ",".join(CHECKSUMS)
        return answer

    def _start(self, source_id: SourceId, file_name: str, size: int) -> StartUpload:
        project_id = ProjectId(self.ids["project_id"])
        return StartUpload(project_id=project_id, source_id=source_id, file_name=file_name, size=size)

    def _upload(self, upload_id: UploadId) -> UploadDetail:
        return query_bus.ask(GetUpload(project_id=ProjectId(self.ids["project_id"]), upload_id=upload_id))

    def _appended(self, upload: UploadDetail, request: Request) -> Arrived:
        storage = services.get(Storage)
        try:
            key, size = store_part(
                request.stream or BytesIO(),  # as it comes: no part has to fit into memory
                most=upload.size - upload.received,
                checksum=tus.checksum(request),
                first_of=upload.file_name if upload.received == 0 else None,
                gate=services.get(Gate),
                storage=storage,
            )
        except ChecksumMismatchError as error:
            raise tus.DamagedPart from error
        append = AppendToUpload(
            project_id=ProjectId(self.ids["project_id"]),
            upload_id=upload.id,
            offset=upload.received,
            size=size,
            key=key,
        )
        try:
            return command_bus.dispatch(append)
        except DomainError:  # two senders at once: the second one's part is nobody's
            if key:
                storage.delete(key)
            raise

    def _imported(self, upload: UploadDetail, keys: tuple[str, ...]) -> ImportId:
        """The whole file, through the gate; one that is refused is forgotten at once."""
        project_id, storage = ProjectId(self.ids["project_id"]), services.get(Storage)
        try:
            stored = receive(JoinedParts(storage, keys), upload.file_name)
            import_id = command_bus.dispatch(
                UploadFile(
                    project_id=project_id,
                    source_id=upload.source_id,
                    file_name=upload.file_name,
                    sha256=stored.sha256,
                )
            )
        except DomainError:
            self._abandon(upload)
            raise
        command_bus.dispatch(FinishUpload(project_id=project_id, upload_id=upload.id, import_id=import_id))
        _delete(storage, keys)
        return import_id

    def _abandon(self, upload: UploadDetail) -> None:
        command = AbandonUpload(project_id=ProjectId(self.ids["project_id"]), upload_id=upload.id)
        _delete(services.get(Storage), command_bus.dispatch(command))


def _delete(storage: Storage, keys: tuple[str, ...]) -> None:
    for key in keys:
        storage.delete(key)


def _with(response: Response, upload: UploadDetail) -> Response:
    for name, value in tus.headers(received=upload.received, size=upload.size, expires_at=upload.expires_at).items():
        response[name] = value
    return response
