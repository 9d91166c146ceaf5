"""The rules as Python: a filter for bulk checking, made from the installed rule files when they are loaded.

`xpath.py` reads the XPath 2.0 that rule files use, `translate.py` writes each expression as Python over lxml,
`program.py` puts a rule set together, `runtime.py` is what the generated code calls. A check that cannot be
translated is listed and its rule set always goes to Saxon; a value the Python side is not sure of does too.
"""
