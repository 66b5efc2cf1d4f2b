"""What is left of deliveries when processes, brokers and database connections die at the worst moments."""
