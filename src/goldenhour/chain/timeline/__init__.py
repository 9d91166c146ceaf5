"""The time line of an incident: its entries, and every fact in words."""
