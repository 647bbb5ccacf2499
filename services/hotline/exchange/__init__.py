"""What two nations are to each other in a matter: their exchange, undertakings and contacts."""
