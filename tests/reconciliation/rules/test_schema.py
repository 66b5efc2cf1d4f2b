import json
import re
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from reconciliation.rules import InvalidRuleSetError, RuleSet, rule_types
from reconciliation.rules.schema import json_schema
from tests.reconciliation.rules.test_rule_set import DOCUMENT

GUIDE = Path(__file__).parents[3] / "docs" / "rules.md"


class TestSchema:
    def test_it_is_a_valid_schema_with_a_definition_per_rule(self) -> None:
        """Every rule class is published with its docstring as description."""
        schema = json_schema()

        jsonschema.Draft202012Validator.check_schema(schema)
        described = {name: schema["$defs"][name]["description"] for name in rule_types()}
        assert all(text.startswith(rule_types()[name].label()) for name, text in described.items())

    def test_what_we_write_fulfils_it(self) -> None:
        """A document that was read and written out again is valid."""
        jsonschema.validate(RuleSet.from_document(DOCUMENT).to_document(), json_schema())

    @pytest.mark.parametrize(
        "rule",
        [
            {"type": "Guess"},
            {"type": "DatesWithin", "before": -1},
            {"type": "SameField", "left": "phone"},
            {"before": 1},
        ],
    )
    def test_what_it_refuses_we_refuse(self, rule: dict[str, Any]) -> None:
        """The schema and the reader agree about a broken rule."""
        document = {"name": "Bad", "passes": [{"name": "P", "rules": [{"type": "SameAmount"}, rule]}]}

        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate(document, json_schema())
        with pytest.raises(InvalidRuleSetError):
            RuleSet.from_document(document)

    def test_the_examples_of_the_guide_are_valid(self) -> None:
        """What docs/rules.md shows can be pasted and used."""
        examples = re.findall(r"```json\n(.*?)```", GUIDE.read_text(encoding="utf-8"), re.DOTALL)

        assert examples
        for example in examples:
            jsonschema.validate(json.loads(example), json_schema())
            assert RuleSet.from_document(json.loads(example)).passes

    def test_the_guide_names_every_rule(self) -> None:
        """A new rule is not forgotten in the guide."""
        guide = GUIDE.read_text(encoding="utf-8")

        assert [name for name in rule_types() if f"`{name}`" not in guide] == []
