"""The services of the bus, the desk's client, and what runs them."""
