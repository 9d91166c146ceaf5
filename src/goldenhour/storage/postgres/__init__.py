"""The log in PostgreSQL: any number of app nodes on one log, whose order has no gaps."""

from goldenhour.storage.postgres.store import PostgresStore

__all__ = ["PostgresStore"]
