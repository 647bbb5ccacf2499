"""The contracts: every message that may cross the bus. Pydantic only, no I/O."""
