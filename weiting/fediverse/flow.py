"""The life of our following somebody else's account: asked, accepted, refused, ended."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from weiting.core.flow import Flow, move


class FollowState(models.TextChoices):
    ASKED = "asked", _("asked")
    ACCEPTED = "accepted", _("followed")
    REFUSED = "refused", _("refused")
    ENDED = "ended", _("ended")


S = FollowState


class FollowFlow(Flow):
    """The other side decides; we may end it and ask again."""

    tag = "fediverse.follow"
    states, initial = FollowState, FollowState.ASKED
    accept = move(S.ASKED, to=S.ACCEPTED)
    # Also later: whoever is followed may take it back.
    refuse = move(S.ASKED, S.ACCEPTED, to=S.REFUSED)
    end = move(S.ASKED, S.ACCEPTED, to=S.ENDED)
    ask_again = move(S.REFUSED, S.ENDED, to=S.ASKED)
