"""What screens ask the desk: whom to send, how far, which way, what covers, what ended lately."""
