"""What tests are built from: records on paper, a court without I/O, a house on any bus."""
