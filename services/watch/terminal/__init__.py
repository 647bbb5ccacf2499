"""The operators' full-screen view: panes of figures, a live tail, and a matter's history."""
