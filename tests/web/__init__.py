"""The HTTP face: who may do and see what, what bad input is told, and the live stream."""
