"""The HTTP service: read-only answers over one snapshot, as the contract says."""
