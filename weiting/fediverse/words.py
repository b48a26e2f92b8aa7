"""Why calls of others were refused, in words."""

from django.utils.translation import gettext_lazy as _

REASONS = {
    "blocked": _("from somebody who is shut out"),
    "busy": _("too many questions at once; they were asked to come again"),
    "deep": _("nested too deeply to be read"),
    "flood": _("too many follows from one server within ten minutes"),
    "forged": _("the signature did not fit"),
    "large": _("too large"),
    "late": _("signed too long ago, or by a clock that is wrong"),
    "no_activity": _("no activity that could be understood"),
    "no_json": _("no JSON"),
    "not_theirs": _("signed by somebody else than the one who speaks"),
    "replayed": _("the very same call again"),
    "unknown": _("the key of whoever signed could not be read"),
    "unsigned": _("without a signature that can be used"),
}


def reason(code: str) -> str:
    """Return why a call was refused; the code itself where nobody has put it in words."""
    return str(REASONS.get(code, code))
