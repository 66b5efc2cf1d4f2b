"""The three buses."""
