"""Where the analyst's pages live, each under its project."""

from django.urls import include, path

from projects.pages import identifiers
from reconciliation.pages import (
    automatic_runs,
    databases,
    decisions,
    duplicates,
    explanations,
    imports,
    mappings,
    matches,
    open_items,
    overview,
    pick_ups,
    records,
    rejected_lines,
    rule_sets,
    runs,
    uploads,
)

identifiers.register()

of_project = [
    path("", overview.show_overview, name="overview"),
    path("automatic-runs/", automatic_runs.set_automatic_runs, name="set-automatic-runs"),
    path("imports/", imports.list_imports, name="imports"),
    path("databases/", databases.show_databases, name="databases"),
    path("databases/connect/", databases.connect_database, name="connect-database"),
    path("databases/extract/", databases.extract, name="extract"),
    path("databases/<id:connection_id>/forget/", databases.forget_database, name="forget-database"),
    path("pick-ups/", pick_ups.show_pick_ups, name="pick-ups"),
    path("pick-ups/<id:source_id>/look/", pick_ups.look_for_files, name="look-for-files"),
    path("upload/", uploads.upload, name="upload"),
    path("imports/<id:import_id>/", imports.show_import, name="import"),
    path("imports/<id:import_id>/mapping/", mappings.change_mapping, name="change-mapping"),
    path("imports/<id:import_id>/mapping/preview/", mappings.preview_mapping, name="preview-mapping"),
    path("imports/<id:import_id>/commit/", imports.commit_import, name="commit-import"),
    path("imports/<id:import_id>/cancel/", imports.cancel_import, name="cancel-import"),
    path("imports/<id:import_id>/discard/", imports.discard_import, name="discard-import"),
    path("imports/<id:import_id>/progress/", imports.show_progress, name="import-progress"),
    path("imports/<id:import_id>/duplicates/", duplicates.list_duplicates, name="duplicates"),
    path(
        "imports/<id:import_id>/duplicates/<int:place>/decide/",
        duplicates.decide_duplicate,
        name="decide-duplicate",
    ),
    path("imports/<id:import_id>/rejected/", rejected_lines.list_rejected_lines, name="rejected-lines"),
    path(
        "imports/<id:import_id>/rejected/<id:rejected_line_id>/",
        rejected_lines.repair_rejected_line,
        name="repair-line",
    ),
    path("rules/", rule_sets.show_rule_set, name="rules"),
    path("rules/edit/", rule_sets.edit_rule_set, name="edit-rules"),
    path("rules/propose/", rule_sets.propose_rule_set, name="propose-rules"),
    path("rules/<id:rule_set_id>/", rule_sets.show_rule_set, name="rule-set"),
    path("runs/", runs.list_runs, name="runs"),
    path("runs/start/", runs.start_run, name="start-run"),
    path("runs/<id:run_id>/", runs.show_run, name="run"),
    path("runs/<id:run_id>/progress/", runs.show_progress, name="run-progress"),
    path("runs/<id:run_id>/cancel/", runs.cancel_run, name="cancel-run"),
    path("runs/<id:run_id>/undo/", runs.undo_run, name="undo-run"),
    path("matches/", matches.list_matches, name="matches"),
    path("matches/<id:group_id>/", matches.show_match, name="match"),
    path("matches/<id:group_id>/alternatives/", matches.show_alternatives, name="alternatives"),
    path("matches/<id:group_id>/explanation/", explanations.explain_match, name="explain-match"),
    path("matches/<id:group_id>/confirm/", decisions.confirm, name="confirm-match"),
    path("matches/<id:group_id>/take-back/", decisions.take_back, name="take-back"),
    path("matches/<id:group_id>/reject/", decisions.reject, name="reject-match"),
    path("matches/<id:group_id>/unmatch/", decisions.unmatch, name="unmatch"),
    path("open-items/", open_items.list_open_items, name="open-items"),
    path("open-items/match/", open_items.match_by_hand, name="match-by-hand"),
    path("open-items/<str:side>/more/", open_items.more_open_items, name="more-open-items"),
    path("open-items/<str:side>/nearest/", open_items.nearest_misses, name="nearest-misses"),
    path("records/<id:record_id>/explanation/", explanations.explain_non_match, name="explain-non-match"),
    path("records/<id:record_id>/", records.show_record, name="record"),
]

urlpatterns = [path("projects/<id:project_id>/", include(of_project))]
