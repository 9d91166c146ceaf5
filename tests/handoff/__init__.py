"""Hand-over in the field's sentences."""
