"""The steps that an officer's command takes on an open desk, and what each ends with."""
