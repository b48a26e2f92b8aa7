"""What units write: posts, revisions, columns, topics, issues, corrections, follow-ups. Knows nothing of review."""
