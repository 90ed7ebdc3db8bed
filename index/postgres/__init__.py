"""Snapshots in PostgreSQL, with pgvector: for many writers and many services at once."""
