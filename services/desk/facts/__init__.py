"""Own facts that an assurance rests on: the desk's own business."""
