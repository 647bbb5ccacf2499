"""Lines: who has one with whom, how it stands, and the tests that show that it holds. Pure."""
