"""The XSD in compiled form: `shape.py` reads it, `fit.py` holds a page against it."""
