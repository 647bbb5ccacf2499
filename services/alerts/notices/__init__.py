"""Notices of launches and of exercises: told beforehand, to the desk for which they are meant."""
