"""A cache that works, and a shop whose answers it keeps."""

from collections.abc import Iterator

import pytest

from cqrs import services
from cqrs.caching.answers import AnswerCache
from cqrs.testing import isolated_registry
from tests.cqrs.caching.totals import Shop


@pytest.fixture
def answers() -> Iterator[AnswerCache]:
    """One that has not failed yet."""
    with services.overriding(AnswerCache, AnswerCache()) as answers:
        yield answers


@pytest.fixture
def shop(transactional_db: None, answers: AnswerCache) -> Iterator[Shop]:
    with isolated_registry():
        yield Shop()
