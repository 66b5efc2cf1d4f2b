import threading

import pytest
from django.db import connection

from reconciliation.models import IdBlock


@pytest.mark.django_db
def test_blocks_follow_one_another() -> None:
    """Each reservation starts behind the one before; names count on their own."""
    assert [IdBlock.reserve("record", 5), IdBlock.reserve("record", 1), IdBlock.reserve("match_group", 9)] == [1, 6, 1]
    assert IdBlock.objects.get(name="record").next == 7


@pytest.mark.django_db(transaction=True)
def test_two_threads_never_share_an_id() -> None:
    """Reservations at the same time give blocks that do not overlap."""
    firsts: list[int] = []

    def reserve() -> None:
        try:
            firsts.extend(IdBlock.reserve("record", 10) for _ in range(20))
        finally:
            connection.close()

    threads = [threading.Thread(target=reserve) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert list(range(1, 801, 10)) == sorted(firsts)
