"""The endpoints, one file a question."""
