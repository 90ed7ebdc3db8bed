"""A buyer's own rules: read from plain words, judged by facts."""
