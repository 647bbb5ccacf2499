"""What an officer sees, and what a program is given: words, times and flags. Pure."""
