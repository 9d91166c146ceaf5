"""Where things are and how long it takes to get there: roads, travel time, addresses, the region bundle."""
