"""Agreements: who is bound by what and since when, and what that opens in a crisis."""
