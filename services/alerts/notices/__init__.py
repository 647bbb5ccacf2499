"""Notices of launches and exercises: told beforehand, to those for whom they are meant."""
