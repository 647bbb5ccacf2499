"""What an officer may type: where, whose hands, which words."""
