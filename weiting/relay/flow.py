"""The lives of a relay call, of one unit's answer to it, and of a room in which units act together."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from weiting.core.flow import Flow, move


class CallState(models.TextChoices):
    OPEN = "open", _("open")
    CALLED_OFF = "called_off", _("called off")


class CallFlow(Flow):
    """A call asks until somebody calls it off; after its deadline it is still answered, and counted late."""

    tag = "relay.call"
    states, initial = CallState, CallState.OPEN
    call_off = move(CallState.OPEN, to=CallState.CALLED_OFF)


class AskState(models.TextChoices):
    ASKED = "asked", _("not answered yet")
    ACCEPTED = "accepted", _("accepted")
    DECLINED = "declined", _("declined")
    CALLED_OFF = "called_off", _("called off")


A = AskState


class AskFlow(Flow):
    """What one unit was asked and what it answered. Whether its text is out is asked of the text itself."""

    tag = "relay.ask"
    states, initial = AskState, AskState.ASKED
    accept = move(A.ASKED, to=A.ACCEPTED)
    # By its own system, which has passed the text on already.
    claim = move(A.ASKED, to=A.ACCEPTED)
    decline = move(A.ASKED, to=A.DECLINED)
    # The original changed before the unit's text was out: it is asked again with the new words.
    ask_again = move(A.ACCEPTED, to=A.ASKED)
    call_off = move(A.ASKED, to=A.CALLED_OFF)


class RoomState(models.TextChoices):
    OPEN = "open", _("under way")
    CLOSED = "closed", _("closed with a result")


class RoomFlow(Flow):
    """A matter that several units settle together, against a clock that starts when it is opened."""

    tag = "relay.room"
    states, initial = RoomState, RoomState.OPEN
    close = move(RoomState.OPEN, to=RoomState.CLOSED)


class TaskState(models.TextChoices):
    OPEN = "open", _("to do")
    DONE = "done", _("done")
    DROPPED = "dropped", _("not needed any more")


class TaskFlow(Flow):
    """One thing one unit does in a room."""

    tag = "relay.task"
    states, initial = TaskState, TaskState.OPEN
    finish = move(TaskState.OPEN, to=TaskState.DONE)
    drop = move(TaskState.OPEN, to=TaskState.DROPPED)
