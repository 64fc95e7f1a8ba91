"""What the house costs, measured on real diagrams through the real door: `make bench`."""
