"""What came of a rehearsal: what happened when, and whether that was to be expected. Pure."""
