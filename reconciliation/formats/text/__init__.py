"""From bytes to rows of cells: encoding, line ends, delimiter, quotes."""
