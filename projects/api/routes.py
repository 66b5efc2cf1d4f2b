"""The addresses of projects and members."""

from rest_framework.routers import BaseRouter

from projects.api.viewsets import MemberViewSet, ProjectViewSet


def register(router: BaseRouter) -> None:
    router.register("projects", ProjectViewSet, basename="project")
    router.register(r"projects/(?P<project_id>[0-9]{1,18})/members", MemberViewSet, basename="member")
