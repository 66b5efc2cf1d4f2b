"""What the tables hold, to look at: every change is a command, and commands have pages and endpoints."""

from typing import TYPE_CHECKING

from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest

from reconciliation.models import (
    AutomaticRuns,
    Import,
    MatchGroup,
    NeverPair,
    Record,
    RefusedGroup,
    RuleSetVersion,
    Run,
    Simulation,
    Source,
    SourceMapping,
)

if TYPE_CHECKING:
    ModelAdmin = admin.ModelAdmin[Model]
else:
    ModelAdmin = admin.ModelAdmin  # generic for mypy only


class ReadOnlyAdmin(ModelAdmin):
    """Lists and shows; adds, changes and deletes nothing."""

    show_full_result_count = False

    def has_add_permission(self, request: HttpRequest) -> bool:  # noqa: ARG002  Django's signature
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:  # noqa: ARG002  the same
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:  # noqa: ARG002  the same
        return False


@admin.register(Source)
class SourceAdmin(ReadOnlyAdmin):
    list_display = ["name", "project_id", "side", "account", "currency", "created_at"]
    list_filter = ["side"]
    search_fields = ["name", "account"]


@admin.register(SourceMapping)
class SourceMappingAdmin(ReadOnlyAdmin):
    list_display = ["source", "version", "created_by", "created_at"]


@admin.register(Import)
class ImportAdmin(ReadOnlyAdmin):
    list_display = ["file_name", "source", "status", "records", "rejected", "duplicates", "uploaded_by_name"]
    list_filter = ["status", "format"]
    list_select_related = ["source"]
    search_fields = ["file_name", "sha256"]
    date_hierarchy = "created_at"


@admin.register(Record)
class RecordAdmin(ReadOnlyAdmin):
    list_display = ["id", "project_id", "source_id", "booking_date", "money", "currency", "reference", "counterparty"]
    ordering = ["id"]


@admin.register(RuleSetVersion)
class RuleSetVersionAdmin(ReadOnlyAdmin):
    list_display = ["name", "version", "project_id", "published_at"]


@admin.register(Run)
class RunAdmin(ReadOnlyAdmin):
    list_display = ["id", "project_id", "rule_set", "status", "started_by_name", "created_at", "completed_at"]
    list_filter = ["status"]
    list_select_related = ["rule_set"]


@admin.register(MatchGroup)
class MatchGroupAdmin(ReadOnlyAdmin):
    list_display = ["id", "project_id", "status", "origin", "pass_name", "net", "currency", "decided_by_name"]
    list_filter = ["status", "origin"]
    ordering = ["id"]


@admin.register(NeverPair)
class NeverPairAdmin(ReadOnlyAdmin):
    list_display = ["left_record_id", "right_record_id", "project_id", "decided_by_name", "decided_at"]


@admin.register(RefusedGroup)
class RefusedGroupAdmin(ReadOnlyAdmin):
    list_display = ["id", "project_id", "kind", "decided_by_name", "decided_at", "reason"]
    list_filter = ["kind"]


@admin.register(Simulation)
class SimulationAdmin(ReadOnlyAdmin):
    list_display = ["name", "project_id", "status", "requested_by_name", "created_at", "completed_at"]
    list_filter = ["status"]


@admin.register(AutomaticRuns)
class AutomaticRunsAdmin(ReadOnlyAdmin):
    list_display = ["project_id", "enabled", "remind_after_hours", "missing_side", "set_by_name", "set_at"]
    list_filter = ["enabled"]
