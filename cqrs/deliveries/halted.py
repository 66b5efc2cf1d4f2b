"""Sets aside what a dead letter halts, so that claims need not look through it again and again."""

from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef

from cqrs.database import DELIVERY_TABLE, database, parameter
from cqrs.models import Delivery

HALTED = "It waits for an operator, behind a dead letter of the same key."
_FOR = timedelta(minutes=15)
_AT_ONCE = 5_000

# Due later is all that becomes of them: what nobody releases is looked at again then. The dead letter is locked too, so
# that an operator who settles it at the same moment comes after us, and releases these as well.
_SET_ASIDE = f"""
UPDATE {DELIVERY_TABLE} SET available_at = %s, error = %s WHERE id IN (
    SELECT mine.id FROM {DELIVERY_TABLE} AS dead JOIN {DELIVERY_TABLE} AS mine
        ON mine.subscriber_key = dead.subscriber_key AND mine.order_key = dead.order_key AND mine.id > dead.id
    WHERE dead.status = 'dead' AND dead.order_key <> ''
        AND mine.status = 'waiting' AND mine.order_key <> '' AND mine.available_at <= %s
    LIMIT {_AT_ONCE} {{locking}})
"""  # noqa: S608  # table names and numbers only


def set_aside(now: datetime) -> int:
    """Let what is due and halted wait for a while, and say why in its row; how many rows of the most at once."""
    connection = database()
    locking = "FOR UPDATE SKIP LOCKED" if connection.vendor == "postgresql" else ""
    with connection.cursor() as cursor:
        values = [parameter(now + _FOR, connection), HALTED, parameter(now, connection)]
        cursor.execute(_SET_ASIDE.format(locking=locking), values)
        return int(cursor.rowcount)


def release(now: datetime) -> None:
    """Let what was set aside, and is halted no more, be due at once."""
    dead = Delivery.objects.filter(
        subscriber_key=OuterRef("subscriber_key"), order_key=OuterRef("order_key"), status=Delivery.Status.DEAD
    )
    aside = Delivery.objects.filter(status=Delivery.Status.WAITING, error=HALTED)
    aside.filter(~Exists(dead)).update(available_at=now, error="")
