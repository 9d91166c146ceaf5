"""`goldenhour bench NAME`: every promise of speed, measured beside its baseline in one run."""
