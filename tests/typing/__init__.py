"""Type-checked by mypy, never run."""
