"""Channels a hall speaks on: what each can do and takes, its credentials, its limits. Knows nothing of posts."""
