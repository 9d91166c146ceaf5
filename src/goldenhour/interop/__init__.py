"""Standards at the edges: how the outside says what the parts say in plain words."""
