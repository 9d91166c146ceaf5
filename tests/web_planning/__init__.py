"""The planner's questions over HTTP, on the made-up county."""
