"""What operators do about deliveries."""
