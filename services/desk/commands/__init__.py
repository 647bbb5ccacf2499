"""`detente desk` and `detente exercise-desk`: what an officer types, and what comes of it."""
