"""How fast files are read, and in how much memory: beside a bare reader, and beside the usual Python parsers."""
