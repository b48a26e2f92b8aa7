"""The life of an official account, from the application to the notice that it has closed [features A05]."""

from django.db import models
from django.utils.translation import pgettext_lazy

from weiting.core.flow import Flow, move


class AccountState(models.TextChoices):
    APPLIED = "applied", pgettext_lazy("official account", "applied for")
    FILED = "filed", pgettext_lazy("official account", "filed")
    OPEN = "open", pgettext_lazy("official account", "open")
    FROZEN = "frozen", pgettext_lazy("official account", "frozen")
    HANDING_OVER = "handing_over", pgettext_lazy("official account", "being handed over")
    CLOSED = "closed", pgettext_lazy("official account", "closed")
    REFUSED = "refused", pgettext_lazy("official account", "refused")


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
