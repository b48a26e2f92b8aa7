"""Public ids: short, not guessable, safe in an address, without letters that look alike."""

import secrets

# No 0/o, 1/l/i, u/v: people read these ids aloud on the telephone.
ALPHABET = "23456789abcdefghjkmnpqrstwxyz"
LENGTH = 10


def public_id() -> str:
    """Return a new id of ten characters (48 bits), as used in permanent addresses."""
    # One draw for all of it: an import needs many.
    rest, found = secrets.randbelow(len(ALPHABET) ** LENGTH), ""
    for _place in range(LENGTH):
        rest, number = divmod(rest, len(ALPHABET))
        found += ALPHABET[number]
    return found


def secret_token() -> str:
    """Return a token of 256 bits for links that act as a key."""
    return secrets.token_urlsafe(32)
