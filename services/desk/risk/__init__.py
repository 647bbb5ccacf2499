"""A desk's requests for explanation, hazardous incidents and invitations."""
