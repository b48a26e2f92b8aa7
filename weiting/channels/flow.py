"""The life of a connection to a channel: planned, live, at rest, ended."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from weiting.core.flow import Flow, move


class ConnectionState(models.TextChoices):
    PLANNED = "planned", _("not live yet")
    LIVE = "live", _("live")
    FROZEN = "frozen", _("at rest")
    ENDED = "ended", _("ended")


S = ConnectionState


class ConnectionFlow(Flow):
    """What waits for a frozen connection waits on; an ended one takes nothing more."""

    tag = "channels.connection"
    states, initial = ConnectionState, ConnectionState.PLANNED
    go_live = move(S.PLANNED, S.FROZEN, to=S.LIVE)
    freeze = move(S.LIVE, to=S.FROZEN)
    end = move(S.PLANNED, S.LIVE, S.FROZEN, to=S.ENDED)
