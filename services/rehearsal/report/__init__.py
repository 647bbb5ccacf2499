"""What people and programs are given of a rehearsal: a page, JSON, JUnit XML."""
