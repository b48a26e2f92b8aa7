"""The life of one copy: it waits, is being sent, and ends in one of four ways."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from weiting.core.flow import Flow, move


class CopyState(models.TextChoices):
    WAITING = "waiting", _("waits to be sent")
    SENDING = "sending", _("being sent")
    SENT = "sent", _("arrived")
    REFUSED = "refused", _("refused")
    GAVE_UP = "gave_up", _("given up")
    IN_DOUBT = "in_doubt", _("not known whether it arrived")


S = CopyState


class CopyFlow(Flow):
    """What may be repeated without harm goes back to waiting after a lost answer; what may not stays in doubt."""

    tag = "fanout.copy"
    states, initial = CopyState, CopyState.WAITING
    claim = move(S.WAITING, to=S.SENDING)
    retry = move(S.SENDING, to=S.WAITING)
    arrive = move(S.SENDING, S.WAITING, S.IN_DOUBT, to=S.SENT)
    refuse = move(S.SENDING, to=S.REFUSED)
    give_up = move(S.WAITING, S.SENDING, to=S.GAVE_UP)
    doubt = move(S.SENDING, to=S.IN_DOUBT)
