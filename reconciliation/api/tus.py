"""What the tus protocol (https://tus.io/protocols/resumable-upload, version 1.0.0) says in headers."""

import base64
from datetime import datetime

from django.utils.http import http_date
from rest_framework import status
from rest_framework.exceptions import APIException, ParseError, UnsupportedMediaType
from rest_framework.request import Request

from reconciliation.receiving.parts import CHECKSUMS

VERSION = "1.0.0"
EXTENSIONS = "creation,expiration,checksum,termination"
OFFSET_STREAM = "application/offset+octet-stream"


class WrongVersion(APIException):
    status_code = status.HTTP_412_PRECONDITION_FAILED
    default_code = "tus_version"
    default_detail = f"Send the header Tus-Resumable: {VERSION}."


class DamagedPart(APIException):
    status_code = 460
    default_code = "checksum_mismatch"
    default_detail = "The part arrived damaged; nothing of it was kept. Send it again."


def speaks_tus(request: Request) -> bool:
    return "Tus-Resumable" in request.headers


def refuse_other_versions(request: Request) -> None:
    if request.headers.get("Tus-Resumable") != VERSION:
        raise WrongVersion


def refuse_other_bodies(request: Request) -> None:
    if (request.content_type or "").split(";")[0].strip() != OFFSET_STREAM:
        raise UnsupportedMediaType(request.content_type or "", f"Send the part as {OFFSET_STREAM}.")


def number(request: Request, header: str) -> int:
    value = request.headers.get(header, "")
    if not value.isascii() or not value.isdecimal() or len(value) > 18:  # noqa: PLR2004  more no file has
        raise ParseError(f"The header {header} is a number of bytes.")
    return int(value)


def metadata(request: Request) -> dict[str, str]:
    """Upload-Metadata: names with values in Base64, separated by commas."""
    found = {}
    for pair in filter(None, map(str.strip, request.headers.get("Upload-Metadata", "").split(","))):
        name, _, value = pair.partition(" ")
        try:
            found[name] = base64.b64decode(value, validate=True).decode()
        except ValueError as error:  # no Base64, or no UTF-8
            raise ParseError("Upload-Metadata has names, each with a UTF-8 text in Base64.") from error
    return found


def checksum(request: Request) -> tuple[str, bytes] | None:
    """Upload-Checksum: the algorithm and the digest in Base64."""
    given = request.headers.get("Upload-Checksum")
    if given is None:
        return None
    algorithm, _, digest = given.partition(" ")
    if algorithm not in CHECKSUMS:
        raise ParseError(f"Upload-Checksum knows {', '.join(CHECKSUMS)}.")
    try:
        return algorithm, base64.b64decode(digest, validate=True)
    except ValueError as error:
        raise ParseError("Upload-Checksum is an algorithm and a digest in Base64.") from error


def headers(*, received: int, size: int, expires_at: datetime) -> dict[str, str]:
    return {
        "Upload-Offset": str(received),
        "Upload-Length": str(size),
        "Upload-Expires": http_date(expires_at.timestamp()),
        "Cache-Control": "no-store",
    }
