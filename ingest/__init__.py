"""The ingest job: policies in, a new snapshot of clauses, vectors and facts out."""
