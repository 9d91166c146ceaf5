"""The HTTP face: commands, live views, queries, sign-in, and the built screens."""
