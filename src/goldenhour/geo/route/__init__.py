"""The way itself: the drive from place to place, its line on the map, the turns for the crew, the area within reach."""
