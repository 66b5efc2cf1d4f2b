"""The REST door of reconciliation."""
