"""The official rules of NEMSIS: XSD and Schematron, loaded at run time from an agency's own copy."""
