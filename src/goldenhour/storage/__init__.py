"""The stores behind the port: memory, SQLite, PostgreSQL."""
