"""What stands in one cell, or in a column of them: amounts, dates, currencies."""
