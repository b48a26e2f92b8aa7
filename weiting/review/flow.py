"""The lives of a review round and of one step of it, declared once."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from weiting.core.flow import Flow, move


class RoundState(models.TextChoices):
    OPEN = "open", _("under way")
    APPROVED = "approved", _("approved")
    RETURNED = "returned", _("sent back")
    RECALLED = "recalled", _("recalled by the author")
    VOID = "void", _("void: the text was changed")


R = RoundState


class RoundFlow(Flow):
    """One passage of one version through its steps."""

    tag = "review.round"
    states, initial = RoundState, RoundState.OPEN
    approve = move(R.OPEN, to=R.APPROVED)
    send_back = move(R.OPEN, to=R.RETURNED)
    recall = move(R.OPEN, to=R.RECALLED)
    void = move(R.OPEN, R.APPROVED, to=R.VOID)


class StepState(models.TextChoices):
    WAITING = "waiting", _("not yet its turn")
    OPEN = "open", _("waiting for a verdict")
    APPROVED = "approved", _("approved")
    RETURNED = "returned", _("sent back")
    SKIPPED = "skipped", _("no longer needed")


T = StepState


class StepFlow(Flow):
    """One step: it opens when all steps before it are approved."""

    tag = "review.step"
    states, initial = StepState, StepState.WAITING
    open = move(T.WAITING, to=T.OPEN)
    approve = move(T.OPEN, to=T.APPROVED)
    send_back = move(T.OPEN, to=T.RETURNED)
    skip = move(T.WAITING, T.OPEN, to=T.SKIPPED)
