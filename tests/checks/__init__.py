"""Static checks that are programs of their own; `make lint` runs them after the linters."""
