"""Where a scenario is played: a bus that reaches exercise topics alone, services, open desks."""
