"""Puts what units records and tells into words; loaded when the app is ready."""

from django.utils.translation import gettext_lazy as _

from weiting import notices
from weiting.audit import labels

labels.register(
    {
        "units.unit.open": _("Opened a unit"),
        "units.unit.change": _("Changed what is said of a unit"),
        "units.unit.move": _("Moved a unit in the tree"),
        "units.unit.close": _("Closed a unit"),
        "units.unit.import": _("Imported units from a table"),
        "units.remit.save": _("Wrote down what a unit answers for"),
        "units.hall.save": _("Changed a hall"),
        "units.section.save": _("Changed a section of a hall"),
        "units.section.remove": _("Removed a section of a hall"),
        "units.section.order": _("Put the sections of a hall in order"),
        "units.section.arrange": _("Arranged units in a section"),
        "units.batch.start": _("Started bringing units in"),
        "units.batch.extend": _("Moved the deadline of a batch, or added units"),
        "units.batch.tick": _("Marked a step of a batch"),
        "units.calendar.save": _("Wrote days of the working calendar"),
        "units.person.appoint": _("Gave a role"),
        "units.person.change": _("Changed an office held"),
        "units.person.end": _("Ended a role"),
        "units.person.import": _("Imported people from a table"),
        "units.substitute.name": _("Named a substitute"),
        "units.substitute.end": _("Ended a substitution"),
        "units.shift.plan": _("Planned a shift"),
        "units.shift.call_off": _("Took a shift off the roster"),
        "units.shift.hand_over": _("Handed a shift over"),
        "units.account.apply": _("Applied for an official account"),
        "units.account.change": _("Changed an official account"),
        "units.account.file": _("Filed an official account"),
        "units.account.refuse": _("Refused an official account"),
        "units.account.open": _("Opened an official account"),
        "units.account.freeze": _("Froze an official account"),
        "units.account.thaw": _("Let a frozen account speak again"),
        "units.account.hand_over": _("Handed an official account over"),
        "units.account.take_over": _("Took an official account over"),
        "units.account.close": _("Closed an official account"),
    }
)

notices.register(
    {
        "units.batch.due": (
            _("%(unit)s: %(left)s steps of “%(batch)s” are left, to be done by %(deadline_on)s."),
            "clock",
        ),
        "units.batch.late": (
            _("%(unit)s: “%(batch)s” is %(days)s days late, %(left)s steps are left."),
            "warning",
        ),
        "units.account.to_keep": (
            _("%(account)s of %(unit)s is handed over to you. Renew every credential, then confirm it."),
            "lock",
        ),
        "units.account.to_close": (
            _("%(unit)s is closed. Its accounts are still there: %(accounts)s. Please close them."),
            "warning",
        ),
    }
)
