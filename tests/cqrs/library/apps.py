from django.apps import AppConfig


class LibraryConfig(AppConfig):
    name = "tests.cqrs.library"
    label = "library"
