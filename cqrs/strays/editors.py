"""Classes that write without a line that says so: generic views, and admin pages that may be edited."""

import ast
from collections.abc import Iterator

from django.apps import apps
from django.contrib.admin.options import BaseModelAdmin
from django.contrib.admin.sites import all_sites

from cqrs.strays.source import Module

_VIEWS = {"CreateView", "UpdateView", "DeleteView", "ModelViewSet"}
_VIEWS |= {
    f"{verb}APIView" for verb in ("Create", "Update", "Destroy", "ListCreate", "RetrieveUpdate", "RetrieveDestroy")
}
_VIEWS |= {"RetrieveUpdateDestroyAPIView", "CreateModelMixin", "UpdateModelMixin", "DestroyModelMixin"}
_TAKEN_OVER = {
    "form_valid",
    "perform_create",
    "perform_update",
    "perform_destroy",
    "create",
    "update",
    "destroy",
    "post",
}
_PERMISSIONS = ("has_add_permission", "has_change_permission", "has_delete_permission")


def found_in(module: Module, pages: set[str]) -> Iterator[tuple[ast.AST, str]]:
    """The class and what it does; `pages` are the admin's editable ones."""
    for node in module.tree.body:
        if not isinstance(node, ast.ClassDef):
            continue
        bases = [module.resolve(base) or "" for base in node.bases]
        views = [base.rpartition(".")[2] for base in bases if base.startswith(("django.", "rest_framework."))]
        own = {part.name for part in node.body if isinstance(part, ast.FunctionDef)}
        for view in _VIEWS.intersection(views):
            if not own & _TAKEN_OVER:
                yield node, f"{node.name} is a {view}, which writes by itself"
        if f"{module.name}.{node.name}" in pages:
            yield node, f"{node.name} lets people edit rows past every handler"


def editable_admin_pages() -> set[str]:
    """The admin classes that neither refuse to add, change and delete nor save in a way of their own."""
    found = set()
    for site in all_sites:
        for model in apps.get_models():
            if site.is_registered(model):
                page = type(site.get_model_admin(model))
                inherited = [name for name in _PERMISSIONS if getattr(page, name) is getattr(BaseModelAdmin, name)]
                if inherited and "save_model" not in vars(page):
                    found.add(f"{page.__module__}.{page.__name__}")
    return found
