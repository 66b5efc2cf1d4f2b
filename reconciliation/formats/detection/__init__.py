"""How a table would be read: each decision with its evidence, each doubt as a question."""
