"""A desk's lines: how they stand, what is due on them, and what is said of them."""
