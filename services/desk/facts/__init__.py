"""Own facts that an assurance rests on: kept at the desk, and nobody else's business."""
