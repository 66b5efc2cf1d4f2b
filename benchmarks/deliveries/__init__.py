"""What a delivery costs, beside the loop one would write by hand and beside two libraries.

`python -m tests.servers -- python -m benchmarks.deliveries` on a throw-away PostgreSQL and Valkey. All ratios come from
one run, the contestants taking turns; each figure is the median of its turns.
"""
