"""The region bundle: one directory with the roads, addresses, facilities, units and map of an agency's area."""
