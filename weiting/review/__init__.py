"""Who must agree before a text is public: policies, rounds, steps, verdicts, all bound to a content hash."""
