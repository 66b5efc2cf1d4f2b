"""Measurements side by side with hand-written floors."""
