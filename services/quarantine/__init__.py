"""Quarantine as operators see it, and what two custodians may order of it."""
