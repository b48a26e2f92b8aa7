"""The life of an official account, from the application to the notice that it has closed [features A05]."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from weiting.core.flow import Flow, move


class AccountState(models.TextChoices):
    APPLIED = "applied", _("applied for")
    FILED = "filed", _("filed")
    OPEN = "open", _("open")
    FROZEN = "frozen", _("frozen")
    HANDING_OVER = "handing_over", _("being handed over")
    CLOSED = "closed", _("closed")
    REFUSED = "refused", _("refused")


S = AccountState


class AccountFlow(Flow):
    """Nothing speaks before it is filed; closing is final and stays in the register."""

    tag = "units.account"
    states, initial = AccountState, AccountState.APPLIED
    file = move(S.APPLIED, to=S.FILED)
    refuse = move(S.APPLIED, to=S.REFUSED)
    open = move(S.FILED, to=S.OPEN)
    freeze = move(S.OPEN, to=S.FROZEN)
    thaw = move(S.FROZEN, to=S.OPEN)
    hand_over = move(S.OPEN, S.FROZEN, to=S.HANDING_OVER)
    take_over = move(S.HANDING_OVER, to=S.OPEN)
    close = move(S.FILED, S.OPEN, S.FROZEN, S.HANDING_OVER, to=S.CLOSED)
