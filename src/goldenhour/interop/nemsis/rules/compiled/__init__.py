"""Bulk checking in compiled form: bytes in, "surely clean" or "unsure" out; whoever is unsure asks lxml and Saxon.

`scan.py` lays a document out flat, `schema` holds it against the XSD, `asserts` runs the rules over it.
"""
