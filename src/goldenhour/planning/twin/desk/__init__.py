"""What the desk does at each event, by the decisions of `dispatch/policy`: send, assign, queue, free, roster, cover."""
