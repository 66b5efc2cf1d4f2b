"""What the buses cost beside the same work done by hand."""
