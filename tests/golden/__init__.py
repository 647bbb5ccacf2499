"""Bytes of every kind ever sent. They must decode for ever."""
