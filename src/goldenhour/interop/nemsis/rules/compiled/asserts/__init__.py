"""The rules in compiled form: `translate.py` writes code, `machine.py` runs it over a page."""
