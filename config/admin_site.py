"""Django's admin with the platform's look: header, navigation and sign-in are those of the analyst's pages."""

from urllib.parse import urlencode

from django.contrib.admin import AdminSite
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, resolve_url


class PlatformAdminSite(AdminSite):
    """The operator's view of what the installation holds."""

    site_header = "Reconciliation Platform"
    site_title = "Reconciliation Platform"
    index_title = "Administration"

    def login(self, request: HttpRequest, extra_context: dict[str, object] | None = None) -> HttpResponse:  # noqa: ARG002  Django's signature
        """One sign-in for the whole site; it says so when somebody who is signed in may not come in here."""
        wanted = request.GET.get("next") or resolve_url("admin:index")
        return redirect(f"{resolve_url('login')}?{urlencode({'next': wanted})}")
