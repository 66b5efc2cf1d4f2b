"""What changes a source's records after their file was imported: repairs, decisions on duplicates, corrected files."""
