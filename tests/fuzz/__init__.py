"""Broken, cut and crossed files against every parser: `make fuzz`. FUZZ_SECONDS is the time for each parser."""
