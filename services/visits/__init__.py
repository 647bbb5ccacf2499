"""Visits and clearances: who may come, asked, certified, decided, reported."""
