"""What operators ask of the log and the deliveries."""
