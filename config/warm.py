"""Readies a web process for its work: what every request needs is there before the first one, and out of the
collector's way.
"""

import gc

from django.conf import settings
from django.urls import reverse
from django.utils import translation

# Young objects looked at in one go. A page of the desk makes some ten thousand, nearly all gone with it.
YOUNG = 5_000


def warm() -> None:
    """Load every address with its view and every catalogue, then set aside all that stays.

    A full collection stops every thread of the process, for a tenth of a second if it looks through code and
    catalogues that never go.
    """
    for code, _name in settings.LANGUAGES:
        with translation.override(code):
            # Asking for one address reads the patterns of all, and with them every module of views.
            reverse("account_login")
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG, 10, 10)
