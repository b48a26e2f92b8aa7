"""What other servers ask of us: who is who, what was said, and what they have to say."""
