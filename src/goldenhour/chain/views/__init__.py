"""The boards' rows: what call takers, dispatchers, crews and hospitals see, across the parts."""
