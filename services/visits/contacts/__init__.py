"""Inspections, evaluations and contacts of a host: one register, its quotas and its clocks."""
