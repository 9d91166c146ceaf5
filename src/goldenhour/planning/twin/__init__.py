"""The twin: days of calls played through the desk's own decisions, millions an hour, to try a plan before living it.

`arrays` says what the engine reads and writes, `ground` what is out there and where a moving unit is, `desk` what
happens at each event, `engine` in what order. All of it is compiled, `machine` says how; everything for people is in
`planning.study`.
"""
