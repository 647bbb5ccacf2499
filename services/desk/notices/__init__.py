"""A desk's notices of launches and exercises, and what it detected that they explain."""
