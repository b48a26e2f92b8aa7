"""The verbs of the fediverse in words, for readers of the audit."""

from django.utils.translation import gettext_lazy as _

from weiting import audit

audit.labels.register(
    {
        "fediverse.actor.open": _("Opened an account in the fediverse"),
        "fediverse.actor.rotate": _("Gave an account in the fediverse a new key"),
        "fediverse.follow.ask": _("Followed an account elsewhere"),
        "fediverse.follow.end": _("No longer follows an account elsewhere"),
        "fediverse.note.announce": _("Relayed a text of another server"),
        "fediverse.note.undo": _("Took back a relay"),
        "fediverse.note.reply": _("Answered somebody in the fediverse"),
        "fediverse.block.add": _("Shut out a server or an account"),
        "fediverse.block.lift": _("Let a server or an account in again"),
        "fediverse.report.settle": _("Settled a report of another server"),
    }
)
