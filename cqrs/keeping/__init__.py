"""Keeps the log small, and shows that it is whole: archive and verify."""
