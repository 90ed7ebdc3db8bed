"""What teaches the models that ship, and is never loaded while they are used: `make train` runs it."""
