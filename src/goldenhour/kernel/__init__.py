"""What every part stands on: facts, commands, ids, instants, places, code sets. Pure; imports nothing of ours."""
