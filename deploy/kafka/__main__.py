"""`python -m deploy.kafka`, the same as `detente kafka`."""

from deploy.kafka.command import app

app()
