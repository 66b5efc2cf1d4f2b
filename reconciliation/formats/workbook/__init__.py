"""Workbooks are opened in a child process with limits: a small file can ask for gigabytes."""
