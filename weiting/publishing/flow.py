"""The life of a release: planned, held, out, or called off."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from weiting.core.flow import Flow, move


class ReleaseState(models.TextChoices):
    PLANNED = "planned", _("planned")
    HELD = "held", _("held")
    RELEASED = "released", _("released")
    CALLED_OFF = "called_off", _("called off")


S = ReleaseState


class ReleaseFlow(Flow):
    """A plan follows every edit, move, hold and withdrawal up to the moment it goes out."""

    tag = "publishing.release"
    states, initial = ReleaseState, ReleaseState.PLANNED
    hold = move(S.PLANNED, to=S.HELD)
    resume = move(S.HELD, to=S.PLANNED)
    release = move(S.PLANNED, to=S.RELEASED)
    call_off = move(S.PLANNED, S.HELD, to=S.CALLED_OFF)
