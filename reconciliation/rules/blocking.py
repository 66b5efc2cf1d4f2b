"""What a pass can find candidates by."""

from sqlglot import exp
from sqlglot.expressions import Condition

from reconciliation.rules.rule import Rule
from reconciliation.rules.side import Side


def is_equality(condition: Condition) -> bool:
    """An equality of one column of each side, which any engine joins by."""
    return (
        isinstance(condition, exp.EQ)
        and isinstance(condition.left, exp.Column)
        and isinstance(condition.right, exp.Column)
        and condition.left.table != condition.right.table
    )


def blocks(rule: Rule) -> bool:
    """Whether this rule alone keeps records from being compared with every other."""
    left, right = Side("l"), Side("r")
    condition = rule.condition(left, right)
    if condition is not None and is_equality(condition):
        return True
    return rule.blocks_by_meeting and rule.meeting(left, right) is not None
