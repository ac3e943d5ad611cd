"""Settings, and the data that a township edits without touching code."""
