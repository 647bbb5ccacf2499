"""How fast the hotline is, as ratios to plain aiokafka on the same broker in the same run."""
