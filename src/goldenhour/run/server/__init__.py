"""What one server process is put together from: its parts, its planner, its checks, its screens."""
