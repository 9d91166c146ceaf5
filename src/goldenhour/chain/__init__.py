"""What ties the parts together: one registry, reactions from one part to another, and views across them."""
