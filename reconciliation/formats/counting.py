"""How many of something, as people say it."""


def counted(number: int, one: str, many: str = "") -> str:
    """`1 line`, `2 lines`, `1,000 entries`; `many` where it is not `one` with an s."""
    return f"{number:,} {one if number == 1 else many or f'{one}s'}"
