"""How it is run: a local Kafka, images, locks."""
