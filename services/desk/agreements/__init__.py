"""A desk's agreements: who is bound since when, what is owed, and what is submitted."""
