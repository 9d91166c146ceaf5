"""NEMSIS v3: documents in and out, the official rules, submission to a state."""
