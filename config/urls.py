"""Four doors share the buses; the three that speak HTTP are mounted here."""

from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("admin/", admin.site.urls),
    path("api/v1/", include("config.api.urls")),
    path("", include("config.site_urls")),
]
