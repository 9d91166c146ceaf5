"""The geocoder: from what people type or say to a place on the map, and back."""
