"""Quick good plans and bounds: greedy additions, swap searches, and prices that rule sites out."""
