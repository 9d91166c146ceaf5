"""Tests of the record: charting, what flows in by itself, in and out of the log."""
