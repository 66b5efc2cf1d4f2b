"""Everything below /api/v1/. With or without a slash at the end: the documented form has none."""

from django.contrib.auth.views import LogoutView
from django.urls import include, path, re_path
from django.views.generic import RedirectView
from drf_spectacular.views import SpectacularAPIView

from config.api.accounts import AllTokensView, MeView, TokenView
from config.api.root import NowhereView, RootView, router
from cqrs.rest.docs import DocsView
from cqrs.rest.problem_pages import ProblemListView, ProblemView

# The browsable API looks these two up by name; it signs in where the rest of the site does.
session_urls = (
    [
        path("login", RedirectView.as_view(pattern_name="login", query_string=True), name="login"),
        path("logout", LogoutView.as_view(), name="logout"),
    ],
    "rest_framework",
)

urlpatterns = [
    path("", RootView.as_view(), name="api-root"),
    re_path(r"^schema/?$", SpectacularAPIView.as_view(), name="api-schema"),
    re_path(r"^docs/?$", DocsView.as_view(url_name="api-schema"), name="api-docs"),
    re_path(r"^problems/?$", ProblemListView.as_view(), name="api-problems"),
    re_path(r"^problems/(?P<code>[a-z0-9_]+)/?$", ProblemView.as_view(), name="api-problem"),
    re_path(r"^auth/token/?$", TokenView.as_view(), name="api-token"),
    re_path(r"^auth/tokens/?$", AllTokensView.as_view(), name="api-tokens"),
    re_path(r"^auth/me/?$", MeView.as_view(), name="api-me"),
    path("auth/session/", include(session_urls)),
    path("", include(router.urls)),
    re_path(r"^.*$", NowhereView.as_view(), name="api-nowhere"),
]
