"""Traffic that took place, as a scenario: who, to whom, when, which act; no words."""
