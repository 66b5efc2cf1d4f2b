"""Where files are kept: on the disk, or in S3-compatible storage by FILES_URL."""

from typing import Any
from urllib.parse import parse_qsl, urlsplit

from django.core.exceptions import ImproperlyConfigured

_OPTIONS = {"endpoint_url", "region_name", "addressing_style", "signature_version"}


def files_from(url: str) -> dict[str, Any]:
    """An entry of STORAGES from s3://bucket/folder?endpoint_url=https://…; the disk where there is no URL.

    Credentials are boto3's business: AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, a profile, or the machine's role.
    """
    if not url:
        return {"BACKEND": "django.core.files.storage.FileSystemStorage"}
    parts = urlsplit(url)
    options = dict(parse_qsl(parts.query))
    if parts.scheme != "s3" or not parts.hostname or set(options) - _OPTIONS:
        raise ImproperlyConfigured(f"FILES_URL is s3://bucket/folder with the options {', '.join(sorted(_OPTIONS))}.")
    own = {"bucket_name": parts.netloc, "location": parts.path.strip("/"), "file_overwrite": True}
    return {"BACKEND": "storages.backends.s3.S3Storage", "OPTIONS": {**own, **options}}
