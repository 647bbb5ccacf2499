"""An alert and all that follows it: updates, corrections, its end, and who has which word."""
