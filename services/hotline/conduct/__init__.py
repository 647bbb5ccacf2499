"""What acts and the clock lead to between two nations of a matter."""
