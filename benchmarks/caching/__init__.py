"""What a kept answer costs, and whether one is ever given that an event has ended."""
