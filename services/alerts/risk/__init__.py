"""Risk reduction: unusual activity, hazardous incidents, hosting of visits to dispel concerns."""
