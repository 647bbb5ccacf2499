"""Lines: who has one with whom, how it stands, the tests that show that it holds. Pure."""
