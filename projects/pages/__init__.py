"""The pages about who works on what; also what all pages share."""
