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


class DeliveryState(models.TextChoices):
    QUEUED = "queued", _("waits to be sent")
    SENDING = "sending", _("being sent")
    IN_DOUBT = "in_doubt", _("not known whether it arrived")
    ACCEPTED = "accepted", _("accepted, being worked on there")
    DELIVERED = "delivered", _("arrived")
    REFUSED = "refused", _("refused")
    GAVE_UP = "gave_up", _("given up")
    CALLED_OFF = "called_off", _("called off")


D = DeliveryState


class DeliveryFlow(Flow):
    """One text on its way to one connection. What is in doubt is asked about, never sent again blind."""

    tag = "publishing.delivery"
    states, initial = DeliveryState, DeliveryState.QUEUED
    claim = move(D.QUEUED, to=D.SENDING)
    doubt = move(D.SENDING, to=D.IN_DOUBT)
    # Nothing was accepted: by the channel's own word, or because it was asked and does not have it.
    retry = move(D.SENDING, D.IN_DOUBT, to=D.QUEUED)
    accept = move(D.SENDING, D.IN_DOUBT, to=D.ACCEPTED)
    deliver = move(D.SENDING, D.IN_DOUBT, D.ACCEPTED, to=D.DELIVERED)
    refuse = move(D.SENDING, D.IN_DOUBT, D.ACCEPTED, to=D.REFUSED)
    give_up = move(D.SENDING, D.IN_DOUBT, D.ACCEPTED, to=D.GAVE_UP)
    # Also a correction or withdrawal of what never arrived.
    call_off = move(D.QUEUED, D.SENDING, to=D.CALLED_OFF)
    # A person's word: try again, or it stands there and this is its address.
    again = move(D.REFUSED, D.GAVE_UP, to=D.QUEUED)
    confirm = move(D.QUEUED, D.IN_DOUBT, D.REFUSED, D.GAVE_UP, to=D.DELIVERED)
    # It shall not go there after all; and: it shall, before it ever went.
    leave = move(D.REFUSED, D.GAVE_UP, to=D.CALLED_OFF)
    take_up = move(D.CALLED_OFF, to=D.QUEUED)
