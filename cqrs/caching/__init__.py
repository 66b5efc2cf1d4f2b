"""Keeps answers of queries until an event makes them worthless; the policy stands on the query (`cache=Cache(...)`)."""
