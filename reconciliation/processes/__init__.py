"""What a project does by itself over time, one process a file."""
