"""Four doors share the buses; the three that speak HTTP are mounted here, and what those ask who watch over us."""

from django.contrib import admin
from django.urls import include, path

from cqrs.seeing.health import lagging, live, ready
from cqrs.seeing.metrics import metrics

urlpatterns = [
    path("livez", live),
    path("readyz", ready),
    path("lagz", lagging),
    path("metrics", metrics),
    path("admin/", admin.site.urls),
    path("api/v1/", include("config.api.urls")),
    path("", include("config.site_urls")),
]
