"""What happens at each task: one module per lifecycle stage."""
