"""The analyst's pages, and signing in for them and for the administration."""

from django.contrib.auth import views as auth
from django.urls import include, path, reverse_lazy
from django.views.generic import RedirectView

changed = {"success_url": reverse_lazy("projects")}

urlpatterns = [
    path("", RedirectView.as_view(pattern_name="projects"), name="home"),
    path("sign-in/", auth.LoginView.as_view(redirect_authenticated_user=False), name="login"),
    path("sign-out/", auth.LogoutView.as_view(next_page="login"), name="logout"),
    path("password/", auth.PasswordChangeView.as_view(**changed), name="password-change"),
    path("", include("projects.pages.urls")),
    path("", include("reconciliation.pages.urls")),
]
