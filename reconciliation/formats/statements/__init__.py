"""What statement formats have in common: entries, balances and control totals, not a table with a header."""
