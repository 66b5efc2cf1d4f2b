from typing import Any

from django.db import connection, models


def shared_lock(rows: models.QuerySet[Any]) -> bool:
    """Whether there is such a row; until the transaction ends nobody locks it for himself alone.

    Django knows `FOR UPDATE` only. On SQLite a transaction that writes is alone anyway.
    """
    if connection.vendor != "postgresql":
        return rows.exists()
    statement, parameters = rows.order_by().values("pk").query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(f"{statement} FOR KEY SHARE", parameters)
        return cursor.fetchone() is not None
