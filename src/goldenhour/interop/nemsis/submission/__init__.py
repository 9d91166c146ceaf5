"""Send documents to a state or to the national repository over the NEMSIS web service, and receive them."""
