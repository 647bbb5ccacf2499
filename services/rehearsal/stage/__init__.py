"""Where a scenario is played: a bus of exercise topics alone, services, open desks."""
