"""What an empty installation starts with: organisations, demo accounts, shipped diagrams, sample policies."""
