"""Detection and reporting: the call is answered, located, understood and given a level."""
