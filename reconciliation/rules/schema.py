"""The published JSON Schema of a rule-set document, made from the classes themselves."""

import functools
import operator
from typing import Any

import msgspec

from reconciliation.rules.adjustment import AllowedAdjustment
from reconciliation.rules.calendar import Calendar
from reconciliation.rules.decide import Decide
from reconciliation.rules.grouping import GroupBy
from reconciliation.rules.registry import rule_types
from reconciliation.rules.rule_pass import Cardinality, ContraSide, Pass, TieBreak
from reconciliation.rules.rule_set import RuleSet
from reconciliation.rules.scope import Scope
from reconciliation.rules.subset import SubsetSum

_DIALECT = "https://json-schema.org/draft/2020-12/schema"


def json_schema() -> dict[str, Any]:
    """Draft 2020-12; every rule class is one definition whose description is its docstring."""
    rule: Any = functools.reduce(operator.or_, rule_types().values())
    a_pass: Any = msgspec.defstruct(
        "Pass",
        [
            ("name", str),
            ("rules", tuple[rule, ...], ()),
            ("cardinality", Cardinality, "1:1"),
            ("side", ContraSide, "both"),
            ("group_by", GroupBy, msgspec.field(default_factory=GroupBy)),
            ("subset", SubsetSum | None, None),
            ("decide", Decide, msgspec.field(default_factory=Decide)),
            ("tie_break", tuple[TieBreak, ...], ()),
            ("adjustment", AllowedAdjustment | None, None),
            ("scope", Scope, Scope()),
        ],
        kw_only=True,
        forbid_unknown_fields=True,
        namespace={"__doc__": Pass.__doc__},
    )
    document = msgspec.defstruct(
        "RuleSet",
        [
            ("name", str, "Rules"),
            ("opposite_signs", bool, False),
            ("calendar", Calendar, Calendar()),
            ("passes", tuple[a_pass, ...], ()),
        ],
        kw_only=True,
        namespace={"__doc__": RuleSet.__doc__},
    )
    return {"$schema": _DIALECT, "title": "Rule set", **msgspec.json.schema(document)}
