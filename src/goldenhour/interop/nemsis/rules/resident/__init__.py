"""Checking in resident worker processes: one document for the server, many for the command line."""
