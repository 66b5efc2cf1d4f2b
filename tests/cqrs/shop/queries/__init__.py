"""What can be asked of the shop."""
