"""The simulated world: people who fall ill, and everybody who helps, played by rules and seeded chance.

It knows the truth; the system does not. It speaks to the system only as people and devices do: by commands and
position reports. In a demo or an exercise real people take over any part; the world plays the rest.
"""
