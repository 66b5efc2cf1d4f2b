"""What a run works with and what becomes of its results. The worker that drives it is in `subscribers/runs.py`."""
