"""The simulated world: the whole system, with faults."""
