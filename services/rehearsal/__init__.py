"""Rehearsals: crises played on the bus, as exercise traffic and as nothing else."""
