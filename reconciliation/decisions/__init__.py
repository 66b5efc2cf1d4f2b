"""What every decision of a person has in common: locks, the balance, and what is remembered.

A decision takes its project's decision lock, then its records in id order, then its groups in id order. Whoever comes
second waits there, looks again, and gets a conflict.
"""
