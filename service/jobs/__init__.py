"""What happens without a person: the worker and its jobs."""
