"""What each transformation makes of the cells of a line."""
