"""The app of projects and members."""

from django.apps import AppConfig


class ProjectsConfig(AppConfig):
    """Messages are found at start by cqrs; nothing is wired here."""

    name = "projects"
