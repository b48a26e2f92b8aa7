"""The sentences in which the audit shows what was done to posts."""

from django.utils.translation import gettext_lazy as _

from weiting import audit

audit.labels.register(
    {
        "posts.post.start": _("Started a draft"),
        "posts.post.arrange": _("Changed where a text belongs"),
        "posts.post.discard": _("Put a draft aside"),
        "posts.post.restore": _("Took a draft back into work"),
        "posts.post.copy": _("Copied a text into a new draft"),
        "posts.post.file": _("Filed a text under topics"),
        "posts.post.import": _("Imported older posts"),
        "posts.post.decide_finding": _("Decided that something personal stays in a text"),
        "posts.revision.save": _("Wrote"),
        "posts.revision.keep": _("Kept a version"),
        "posts.revision.restore": _("Took an older version up again"),
        "posts.media.attach": _("Put a picture in"),
        "posts.media.describe": _("Described a picture"),
        "posts.media.detach": _("Took a picture out"),
        "posts.media.reorder": _("Put the pictures in another order"),
        "posts.pen.take": _("Took the pen from somebody"),
        "posts.correction.start": _("Started a correction"),
        "posts.correction.drop": _("Dropped a correction"),
        "posts.follow_up.promise": _("Promised to report back"),
        "posts.follow_up.confirm": _("Confirmed a promise added later"),
        "posts.follow_up.drop": _("Did not take up a promise"),
        "posts.follow_up.keep": _("Reported back as promised"),
        "posts.follow_up.excuse": _("Closed a promise with a reason"),
        "posts.link.make": _("Paired two texts"),
        "posts.link.undo": _("Undid a pair of texts"),
        "posts.column.open": _("Opened a column"),
        "posts.column.change": _("Changed a column"),
        "posts.column.close": _("Closed a column"),
        "posts.topic.open": _("Opened a topic"),
        "posts.topic.change": _("Changed a topic"),
        "posts.template.write": _("Wrote a template"),
        "posts.template.change": _("Changed a template"),
        "posts.template.retire": _("Took a template out of the lists"),
        "posts.assignment.start": _("Asked units to post"),
        "posts.assignment.accept": _("Took an assignment on"),
        "posts.assignment.decline": _("Declined an assignment"),
        "posts.assignment.finish": _("Finished an assignment"),
        "posts.assignment.cancel": _("Called an assignment off"),
        "posts.issue.start": _("Started an issue"),
        "posts.issue.save": _("Composed an issue"),
        "posts.issue.replace": _("Saved an issue over what somebody else had saved"),
        "posts.issue.discard": _("Put an issue aside"),
        "posts.issue.decide_finding": _("Decided that something personal stays in an issue"),
        "posts.issue.restore": _("Took an issue back into work"),
    }
)
