"""Where the pages about projects live."""

from django.urls import path

from projects.pages import identifiers, listing, members, settings

identifiers.register()

urlpatterns = [
    path("projects/", listing.list_projects, name="projects"),
    path("projects/new/", listing.create_project, name="create-project"),
    path("projects/<id:project_id>/settings/", settings.edit_project, name="project-settings"),
    path("projects/<id:project_id>/archive/", settings.archive_project, name="archive-project"),
    path("projects/<id:project_id>/restore/", settings.restore_project, name="restore-project"),
    path("projects/<id:project_id>/delete/", settings.delete_project, name="delete-project"),
    path("projects/<id:project_id>/members/", members.list_members, name="members"),
    path("projects/<id:project_id>/members/<id:user_id>/role/", members.change_role, name="change-role"),
    path("projects/<id:project_id>/members/<id:user_id>/remove/", members.remove_member, name="remove-member"),
]
