"""Folders from which files are picked up."""

from rest_framework import status

from cqrs.rest.endpoints import asks, dispatches
from projects.api.viewsets import ProjectScopedViewSet
from reconciliation.commands.look_for_files import LookForFiles
from reconciliation.commands.set_pick_up import SetPickUp
from reconciliation.queries.list_pick_ups import ListPickUps
from reconciliation.queries.list_picked_files import ListPickedFiles


class PickUpViewSet(ProjectScopedViewSet):
    """Folders, anywhere that fsspec reaches, whose files are imported by themselves. POST here sets one."""

    lookup_url_kwarg = "source_id"

    list = asks(ListPickUps)
    create = dispatches(SetPickUp, shows=ListPickUps)
    look = dispatches(LookForFiles, at="look", status=status.HTTP_202_ACCEPTED)
    files = asks(ListPickedFiles, at="files")
