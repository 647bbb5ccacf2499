"""What a scenario file says: read, checked, and with its faults told by line. No bus here."""
