"""Response: which units go, from where, with what cover left behind, and who was told."""
