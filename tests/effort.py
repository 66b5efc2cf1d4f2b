"""How hard the generated examples try: TEST_EFFORT multiplies their number (`make test-deep` takes 10)."""

import os

EFFORT = int(os.environ.get("TEST_EFFORT", "1"))


def examples(quick: int) -> int:
    """So many examples in `make test`, a multiple of them in the deep suite."""
    return quick * EFFORT
