"""The same day told slowly: a SimPy model of the twin's rules, to check the engine by and to measure it against.

Written to be read, one process per assignment, with its own decisions in plain Python; it shares with the engine only
the travel kernel (rows of the town, `position.find`, `position.road_s`) and the input records. SimPy is a development
dependency, so it is imported where it is used.
"""

from goldenhour.planning.oracle.play import Oracle

__all__ = ["Oracle"]
