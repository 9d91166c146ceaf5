"""Reading OpenStreetMap: its tags in an ambulance's terms, and a first draft of what it does not say."""
