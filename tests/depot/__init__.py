"""A small part of the house for tests of the log itself, and the servers and processes that these tests need."""
