"""The official accounts as actors that can be followed from Mastodon, Misskey and others (ActivityPub)."""
