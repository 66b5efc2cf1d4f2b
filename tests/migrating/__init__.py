"""The app of docs/migrating.md, built from the page and run after each of its steps."""
