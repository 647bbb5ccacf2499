"""Risk reduction: unusual activity, hazardous incidents, hosting to dispel concerns."""
