"""Live figures of the bus for operators, folded from the ledgers on Faust tables."""
