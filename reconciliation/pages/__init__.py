"""The analyst's pages: sources, imports, rules, runs, matches, open items."""
