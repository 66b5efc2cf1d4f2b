"""From the rows of a table to records, and to an account of every line that is none."""
