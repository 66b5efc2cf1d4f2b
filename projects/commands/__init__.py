"""Everything that changes a project: one file for each use case."""
