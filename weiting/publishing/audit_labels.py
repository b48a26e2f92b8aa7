"""The verbs of publishing in words, for readers of the audit."""

from django.utils.translation import gettext_lazy as _

from weiting import audit

audit.labels.register(
    {
        "publishing.release.plan": _("Planned the release"),
        "publishing.release.move": _("Moved the planned release"),
        "publishing.release.hold": _("Held the planned release"),
        "publishing.release.resume": _("Resumed the planned release"),
        "publishing.release.call_off": _("Called off the planned release"),
        "publishing.release.release": _("Released"),
        "publishing.release.stop": _("Stopped a release because something did not fit"),
        "publishing.post.withdraw": _("Withdrew a public text"),
        "publishing.post.expire": _("Out of date: taken out of the lists"),
        "publishing.issue.withdraw": _("Withdrew a public issue"),
        "publishing.lead.put": _("Put a text at the head of the hall's page"),
        "publishing.lead.take": _("Took a text from the head of the hall's page"),
        "publishing.receipt.gone": _("Found that a text no longer stands on a channel"),
        "publishing.receipt.changed": _("Found that a text stands on a channel with other words"),
        "publishing.delivery.confirm": _("Confirmed by hand that a text stands on a channel"),
        "publishing.delivery.again": _("Had a text sent to a channel again"),
        "publishing.delivery.leave": _("Let a text not go to a channel after all"),
        "publishing.delivery.withdraw": _("Took a text back from one channel"),
        "publishing.destination.choose": _("Chose the channels of a text"),
        "publishing.connection.close": _("Closed a channel with all that waited for it"),
        "publishing.connection.export": _("Exported what went to a channel"),
        "publishing.connection.resume": _("Let a channel go on"),
        "publishing.wish.set": _("Chose when to release once approved"),
    }
)
