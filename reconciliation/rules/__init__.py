"""What matches what: rule sets, passes and rules as documents and as expressions. Knows no database and no Django."""

from reconciliation.rules.adjustment import AllowedAdjustment
from reconciliation.rules.decide import Decide
from reconciliation.rules.errors import InvalidRuleSetError, Problem
from reconciliation.rules.grouping import GroupBy
from reconciliation.rules.key import Key
from reconciliation.rules.registry import rule_types
from reconciliation.rules.rule import Meeting, Rule
from reconciliation.rules.rule_pass import Pass
from reconciliation.rules.rule_set import RuleSet
from reconciliation.rules.side import Side

__all__ = [
    "AllowedAdjustment",
    "Decide",
    "GroupBy",
    "InvalidRuleSetError",
    "Key",
    "Meeting",
    "Pass",
    "Problem",
    "Rule",
    "RuleSet",
    "Side",
    "rule_types",
]
