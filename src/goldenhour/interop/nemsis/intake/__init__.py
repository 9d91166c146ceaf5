"""Reports of other systems on their way into a log."""
