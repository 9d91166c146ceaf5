"""Work of the planning verbs that is more than asking the planning package: recorded calls, searches in the twin."""
