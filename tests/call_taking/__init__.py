"""Call taking in the field's sentences."""
