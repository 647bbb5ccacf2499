"""How a scenario is played: its steps, its habits and its faults, in the order of time."""
