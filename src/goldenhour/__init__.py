"""Golden Hour: an open-source Emergency Medical Services system."""

__version__ = "0.1.0"
