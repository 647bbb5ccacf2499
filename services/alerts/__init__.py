"""Crisis alerts and risk reduction: who was told what, and who still holds which word."""
