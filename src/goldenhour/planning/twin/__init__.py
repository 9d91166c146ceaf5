"""The twin: days of calls played through the desk's own decisions, millions an hour, to try a plan before living it.

`arrays` says what the engine reads and writes, `position` where a moving unit is, `sending`, `freeing` and `rostering`
what happens at each event, `engine` in what order. All of it is compiled; everything for people is in `planning.study`.
"""
