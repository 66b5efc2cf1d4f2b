"""The engine's expressions as Spark's SQL: what sqlglot does not translate, or translates to something else."""

from sqlglot import exp
from sqlglot.expressions import Expr

_WIDE = exp.DType.INT128
_RENAMED = {"list_concat": "concat"}


def to_spark(query: Expr) -> str:
    """The query is left as it is."""
    return query.transform(_translated).sql("spark")


def _translated(node: Expr) -> Expr:
    """What takes a node's place is not looked into again, so it is translated already."""
    if isinstance(node, exp.Dot) and isinstance(listed := node.this.unnest(), exp.Unnest):
        # Spark makes rows of a list only at the top of a column: of the list of fields, not a field of each row.
        return _explode(exp.Dot(this=listed.expressions[0], expression=node.expression))
    if isinstance(node, exp.Unnest):
        alias = node.args.get("alias")
        rows = _explode(node.expressions[0])
        return rows if alias is None else exp.alias_(rows, alias, quoted=True)
    if isinstance(node, exp.DataType) and node.this == _WIDE:
        return exp.DataType.build("DECIMAL(38, 0)")
    if isinstance(node, exp.Anonymous) and node.name in _RENAMED:
        node.set("this", _RENAMED[node.name])
    return node


def _explode(listed: Expr) -> Expr:
    return exp.Anonymous(this="explode", expressions=[listed.transform(_translated)])
