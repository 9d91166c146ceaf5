"""How the engine becomes machine code that waits for nothing it need not wait for."""
