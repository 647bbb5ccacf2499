"""A desk's alerts: written, checked, sent, answered, and exchanged as CAP."""
