"""The addresses of what a project reconciles."""

from rest_framework.routers import BaseRouter

from reconciliation.api.activity import ActivityViewSet, AutomaticRunsViewSet
from reconciliation.api.corrections import DuplicateViewSet, QualityRulesViewSet, RejectedLineViewSet
from reconciliation.api.databases import DatabaseViewSet, ExtractionViewSet
from reconciliation.api.imports import ImportViewSet
from reconciliation.api.matches import GroupViewSet, OpenItemViewSet, RecordViewSet, StandingViewSet
from reconciliation.api.pick_ups import PickUpViewSet
from reconciliation.api.runs import RuleSetSchemaViewSet, RuleSetViewSet, RunViewSet
from reconciliation.api.simulations import SimulationViewSet
from reconciliation.api.sources import SourceViewSet
from reconciliation.api.uploads import UploadViewSet

PROJECT = r"projects/(?P<project_id>[0-9]{1,18})"
IMPORT = rf"{PROJECT}/imports/(?P<import_id>[0-9]{{1,18}})"


def register(router: BaseRouter) -> None:
    router.register("rule-set-schema", RuleSetSchemaViewSet, basename="rule-set-schema")
    router.register(f"{PROJECT}/sources", SourceViewSet, basename="source")
    router.register(f"{PROJECT}/imports", ImportViewSet, basename="import")
    router.register(f"{IMPORT}/duplicates", DuplicateViewSet, basename="duplicate")
    router.register(f"{IMPORT}/rejected-lines", RejectedLineViewSet, basename="rejected-line")
    router.register(f"{PROJECT}/uploads", UploadViewSet, basename="upload")
    router.register(f"{PROJECT}/databases", DatabaseViewSet, basename="database")
    router.register(f"{PROJECT}/extractions", ExtractionViewSet, basename="extraction")
    router.register(f"{PROJECT}/pick-ups", PickUpViewSet, basename="pick-up")
    router.register(f"{PROJECT}/quality-rules", QualityRulesViewSet, basename="quality-rules")
    router.register(f"{PROJECT}/rule-sets", RuleSetViewSet, basename="rule-set")
    router.register(f"{PROJECT}/simulations", SimulationViewSet, basename="simulation")
    router.register(f"{PROJECT}/runs", RunViewSet, basename="run")
    router.register(f"{PROJECT}/groups", GroupViewSet, basename="group")
    router.register(f"{PROJECT}/open-items", OpenItemViewSet, basename="open-item")
    router.register(f"{PROJECT}/standing", StandingViewSet, basename="standing")
    router.register(f"{PROJECT}/records", RecordViewSet, basename="record")
    router.register(f"{PROJECT}/activity", ActivityViewSet, basename="activity")
    router.register(f"{PROJECT}/automatic-runs", AutomaticRunsViewSet, basename="automatic-runs")
