"""What people paste as a credential: cleaned of what copying adds, and refused with a reason when it cannot be one."""

import re
import secrets
import string

from django.utils.translation import gettext as _

from weiting.channels.kinds import Field
from weiting.core.errors import Invalid

# Blanks of every kind, line breaks, and signs that take no room: what mail and chat programs put into a long word.
NOTHING = re.compile(r"[\s\u200b-\u200f\u2060\ufeff]+")
PREFIX = re.compile(r"^(authorization:)?(bearer|token|oauth2?)(?=[\s:=])[\s:=]*", re.IGNORECASE)
NAMED = re.compile(r"^(access_token|token|app_?secret|secret|key)\s*[:=]\s*", re.IGNORECASE)
QUOTES = "\"'“”‘’「」`"
LETTERS = string.ascii_letters + string.digits


def clean(pasted: str) -> str:
    """Return what was pasted without what copying adds: blanks, line breaks, quotes, “Bearer ” or its name."""
    found = pasted.strip().strip(QUOTES).strip().rstrip(",;")
    found = NAMED.sub("", PREFIX.sub("", found)).strip().strip(QUOTES)
    return NOTHING.sub("", found)


def checked(field: Field, pasted: str) -> str:
    """Return a clean credential; raise Invalid with what is wrong when it still cannot be one."""
    found = clean(pasted)
    if not found:
        return ""
    if (wrong := _wrong(field, pasted, found)) is not None:
        raise Invalid(wrong, code="not_a_token", fields={field.name: [wrong]})
    return found


def _wrong(field: Field, pasted: str, found: str) -> str | None:
    name = str(field.label)
    if found.lower().startswith(("http://", "https://")):
        return _("This is an address, not the %(name)s. Copy the %(name)s itself.") % {"name": name}
    if found[0] in "{[<":
        return _(
            "This is a whole answer or page, not the %(name)s. Copy only what stands behind its name."
        ) % {"name": name}
    if set(found) <= set("*•●·."):
        return _(
            "These are the dots that hide the %(name)s, not the %(name)s itself. Show it there, then copy it."
        ) % {"name": name}
    if not found.isascii():
        return _(
            "The %(name)s has letters in it that no %(name)s has. Copy it once more, without what stands around."
        ) % {"name": name}
    if field.shape and not re.fullmatch(field.shape, found):
        return _(
            "This does not look like the %(name)s: %(n)s characters came. Copy it whole, from the first to the last."
        ) % {"name": name, "n": len(found)}
    return None


def made(length: int = 32) -> str:
    """Make a secret both sides can agree on."""
    return "".join(secrets.choice(LETTERS) for _n in range(length))
