"""How two nations stand to each other: the acts, the table of moves, what is known. Pure."""
