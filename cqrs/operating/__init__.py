"""What operators may do about deliveries. Their commands, queries and doors stand beside it."""
