"""Crash rounds: a workload, a nemesis and a checker, each on its own."""
