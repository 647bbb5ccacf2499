"""Visits, clearances and contacts at a desk: what it asks, what it knows, what it says."""
