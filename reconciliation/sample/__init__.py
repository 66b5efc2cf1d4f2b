"""The sample that the product ships: October 2026 of a small pottery, as its bank and as its ledger tell it.

`build.py` writes both files again from nothing; what they contain, and why, is told in `story.py`.
"""

from pathlib import Path

FOLDER = Path(__file__).parent
BANK_STATEMENT = FOLDER / "bank_statement.csv"
LEDGER = FOLDER / "ledger.csv"
RULES = FOLDER / "rules.json"
