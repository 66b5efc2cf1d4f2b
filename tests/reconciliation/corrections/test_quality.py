from typing import Any

import pytest

from cqrs import InvalidMessageError, command_bus, query_bus
from projects.ids import ProjectId
from reconciliation.commands.set_quality_rules import SetQualityRules
from reconciliation.ids import ImportId
from reconciliation.intake import quality
from reconciliation.queries.get_quality_report import GetQualityReport, QualityReport
from tests.reconciliation.importing import HEADER, add_source, bring_in, look_at, texts, upload
from tests.reconciliation.importing import MONTH as NEW_MONTH

MONTH = NEW_MONTH.replace("2026", "2024")
FAR = "2019-11-03;-3.00;EUR;R;Coffee\n"
BROKEN = "2024-11-04;4x,00;EUR;T-11;Tea\n"
MANY = "".join(f"2024-11-{day:02};-{day}.50;EUR;R{day};Coffee {day}\n" for day in range(1, 25))


def report(project_id: ProjectId, import_id: ImportId) -> QualityReport:
    return query_bus.ask(GetQualityReport(project_id=project_id, import_id=import_id))


def demand(project_id: ProjectId, *rules: dict[str, Any]) -> None:
    command_bus.dispatch(SetQualityRules(project_id=project_id, document={"rules": list(rules)}))


class TestReport:
    def test_counts_what_is_missing_malformed_and_far_away(self, project_id: ProjectId) -> None:
        """Before the commit as after it; what the project usually minds is said, and blocks nothing."""
        import_id = upload(project_id, add_source(project_id), MONTH + FAR + BROKEN)

        found = report(project_id, import_id)
        assert (found.records, found.rejected, found.missing) == (5, 1, {"reference": 2})
        assert found.malformed == {"Amount": 1}
        assert (found.first_date, found.last_date, found.far_dates) == ("2019-11-03", "2024-11-27", 1)
        assert {finding.check: finding.blocks for finding in found.findings} == {"rejected": False, "far_dates": False}

    def test_names_amounts_that_stand_out(self, project_id: ProjectId) -> None:
        """By median and median deviation, which the wild one itself does not move; it is shown exactly."""
        wild = "2024-11-25;-98765432.10;EUR;R;Typo\n"
        found = report(project_id, upload(project_id, add_source(project_id), HEADER + MANY + wild))

        assert found.outlier_count == 1
        [row] = found.outliers
        assert (row.line, str(row.amount)) == (26, "-98765432.10")

    def test_goes_by_a_part_of_a_large_file(self, project_id: ProjectId, monkeypatch: pytest.MonkeyPatch) -> None:
        """Every fifth line says what is usual of many, while of a rare currency all do; every line is looked at."""
        monkeypatch.setattr(quality, "TOLD_BY", 40)
        monkeypatch.setattr(quality, "RARE", 30)
        wild = "2024-11-25;-98765432.10;EUR;R;Typo\n2024-11-26;-87654321.00;USD;R;Typo\n"
        table = HEADER + MANY * 7 + MANY.replace("EUR", "USD") + wild

        found = report(project_id, upload(project_id, add_source(project_id), table))
        assert [str(row.amount) for row in found.outliers] == ["-98765432.10", "-87654321.00"]
        assert found.far_dates == 0

    def test_calls_nothing_usual_in_a_few_lines(self, project_id: ProjectId) -> None:
        """Of four amounts nobody can say which is the odd one."""
        assert report(project_id, upload(project_id, add_source(project_id), MONTH)).outlier_count == 0

    def test_tells_of_currencies_that_are_not_the_sources(self, project_id: ProjectId) -> None:
        """Where the source has one."""
        source_id = add_source(project_id, currency="USD")
        found = report(project_id, upload(project_id, source_id, MONTH))

        assert found.currencies == {"EUR": 4}
        assert [finding.check for finding in found.findings] == ["other_currencies"]

    def test_counts_duplicates_once_it_is_committed(self, project_id: ProjectId) -> None:
        """Then it is known what the source had."""
        source_id = add_source(project_id)
        bring_in(project_id, source_id, MONTH)

        found = bring_in(project_id, source_id, MONTH + MANY)
        assert report(project_id, found.row.id).duplicates == 4


class TestRules:
    def test_keep_a_file_out(self, project_id: ProjectId) -> None:
        """A rule that blocks fails the import with its reason; nothing is imported, and a better file is."""
        demand(project_id, {"check": "missing", "field": "reference", "share_above": "0.25", "then": "block"})
        source_id = add_source(project_id)

        refused = bring_in(project_id, source_id, MONTH)
        assert refused.row.status == "failed"
        assert "2 of 4 lines have no reference" in refused.row.error
        assert texts(project_id) == []
        assert bring_in(project_id, source_id, HEADER + MANY).row.status == "committed"

    def test_warn_and_let_it_in(self, project_id: ProjectId) -> None:
        """What only warns is in the report."""
        demand(project_id, {"check": "missing", "field": "reference", "more_than": 1})

        found = bring_in(project_id, add_source(project_id), MONTH)
        assert look_at(project_id, found.row.id).row.status == "committed"
        assert [finding.text for finding in report(project_id, found.row.id).findings] == [
            "2 of 4 lines have no reference."
        ]

    @pytest.mark.parametrize(
        ("rule", "told"),
        [
            ({"check": "taste"}, "taste"),
            ({"check": "missing"}, "field"),
            ({"check": "outliers", "field": "amount"}, "field"),
            ({"check": "outliers", "share_above": "2"}, "share_above"),
            ({"check": "outliers", "than": "block"}, "than"),
        ],
    )
    def test_are_refused_where_they_say_nothing(self, project_id: ProjectId, rule: dict[str, Any], told: str) -> None:
        """The refusal names the place."""
        with pytest.raises(InvalidMessageError) as error:
            demand(project_id, rule)

        assert told in error.value.fields["document"][0]
