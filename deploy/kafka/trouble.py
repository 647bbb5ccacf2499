"""What the runner says when it cannot go on."""

from __future__ import annotations


class KafkaTrouble(Exception):
    """A reason, in one line, that also says what to do about it."""

    def __init__(self, message: str) -> None:
        super().__init__(" ".join(message.split()))
