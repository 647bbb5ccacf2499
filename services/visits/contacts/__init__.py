"""Inspections, evaluations and contacts of a host: one register, quotas and clocks."""
