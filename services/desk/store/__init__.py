"""What a desk keeps on its own disk: drafts, outbox, inbox, and how far it read."""
