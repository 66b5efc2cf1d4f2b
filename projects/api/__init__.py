"""The REST door of projects."""
