"""Questions in words: understood from data (`topics.toml`, `cues.toml`), answered by facts and quotes, never by a language model."""
