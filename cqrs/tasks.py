"""The Celery task. It carries no work: it says that rows wait, and whoever runs it claims them."""

from celery import shared_task

from cqrs.deliveries import drain_lane


@shared_task(name="cqrs.deliver", ignore_result=True)
def deliver(*, long: bool) -> int:
    """Deliver what is due. Beat sends it too, for what no wake-up reached; how many deliveries were made."""
    return drain_lane(long=long).delivered
