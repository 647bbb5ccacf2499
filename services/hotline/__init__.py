"""The hotline: routes de-escalation messages between national desks."""
