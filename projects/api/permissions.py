"""What the REST door checks before it looks at anything else of a request."""

from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.views import APIView

from cqrs import current_context
from projects.access import ensure_member
from projects.ids import ProjectId


class IsMember(BasePermission):
    """Whoever is not a member gets the same 404 whatever the method and the body; roles are the messages' matter."""

    def has_permission(self, _request: Request, view: APIView) -> bool:
        project_id = view.kwargs.get("project_id")
        if project_id is not None:
            ensure_member(ProjectId(int(project_id)), current_context().actor)
        return True
