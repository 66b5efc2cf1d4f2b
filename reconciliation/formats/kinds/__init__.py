"""One module for each kind of file; whatever stands here is found by itself."""
