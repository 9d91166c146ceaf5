"""What is on the ground: the town's stops and roads, drives on them, and where a moving unit is."""
