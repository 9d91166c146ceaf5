"""Planning: demand forecasts, siting of posts and units, and the twin that tries a plan before people live it."""
