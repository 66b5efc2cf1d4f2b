"""From a file to a source's new records: the proposal, the identity of each line, the account of every line.

Plain Python on Arrow and DuckDB, no Django.
"""
