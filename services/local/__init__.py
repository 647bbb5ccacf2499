"""Everything on one machine: a house of fictional nations, its processes, the demo."""
