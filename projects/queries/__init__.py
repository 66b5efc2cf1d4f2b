"""Everything that is asked about projects: one file for each question."""
