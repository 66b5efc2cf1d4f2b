"""Steps that make a field out of the cells of a line: one small class a file, found by being in this folder."""
