"""People who work here: who they are, how they sign in, what they want to be told. Roles live in units."""
