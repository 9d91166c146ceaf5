"""How a command becomes facts: read, decide, append if nothing moved, tell everybody."""
