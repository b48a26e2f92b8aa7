"""The verbs of relay in words, for readers of the audit."""

from django.utils.translation import gettext_lazy as _

from weiting import audit

audit.labels.register(
    {
        "relay.call.open": _("Asked units to pass a text on"),
        "relay.call.call_off": _("Called a relay call off"),
        "relay.ask.accept": _("Accepted to pass a text on"),
        "relay.ask.claim": _("Its own system says that a text was passed on"),
        "relay.ask.decline": _("Declined to pass a text on, with a reason"),
        "relay.ask.ask_again": _("Asked again, because the original changed first"),
        "relay.ask.seen": _("Looked at the address a system named"),
        "relay.ask.follow": _("What was passed on followed its original"),
        "relay.group.save": _("Kept a group of units"),
        "relay.group.retire": _("Took a group of units out of use"),
        "relay.rules.save": _("Set the budget of relays"),
        "relay.key.make": _("Made the hall's signing key"),
        "relay.room.open": _("Opened a room to act together"),
        "relay.room.close": _("Closed a room with its result"),
        "relay.room.update": _("Said in a room how it stands"),
        "relay.room.let_out": _("Let words of a room out to the public"),
        "relay.room.keep_inside": _("Said that words of a room stay inside"),
        "relay.room.reword": _("Changed words of a room"),
        "relay.task.add": _("Gave a unit a task in a room"),
        "relay.task.finish": _("Finished a task in a room"),
        "relay.task.drop": _("Took a task out of a room"),
    }
)
