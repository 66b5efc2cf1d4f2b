"""The documentation page of the API, and small corrections to the schema behind it."""

from typing import Any

from drf_spectacular.views import SpectacularSwaggerSplitView

Address = tuple[str, str, str, Any]


class DocsView(SpectacularSwaggerSplitView):
    """Swagger UI from our own static files, its script apart from its page, no inline style: the CSP holds."""

    template_name = "cqrs/docs.html"


def without_final_slash(endpoints: list[Address]) -> list[Address]:
    """Both forms answer; the documented one has no slash at the end."""
    return [(path.rstrip("/") or "/", regex, method, view) for path, regex, method, view in endpoints]
