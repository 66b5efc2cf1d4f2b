"""What a rule set would do, computed beside the project: nothing of it is written but the answer."""
