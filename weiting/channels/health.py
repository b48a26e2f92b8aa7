"""How a connection is, in words, with the one next step: what the board of credentials shows for each."""

from dataclasses import dataclass, replace

from django.utils.translation import gettext as _, ngettext

from weiting.channels import kinds, vault, words
from weiting.channels.actions import missing
from weiting.channels.flow import ConnectionState as S
from weiting.channels.models import Connection
from weiting.channels.ports import Action
from weiting.channels.queries import days_left
from weiting.core import clock
from weiting.core.errors import DomainError
from weiting.units.flow import AccountState

# Days ahead at which an ending is shown as something to do.
AHEAD = 7


@dataclass(frozen=True)
class Health:
    """`tone` is ok, soon, late or ""; `step` names the page of the next step, "" where none is to be taken.

    `reason` is what is left of `said` without the state's own name, where it holds that.
    """

    tone: str
    said: str
    todo: str = ""
    step: str = ""
    button: str = ""
    reason: str = ""

    @property
    def beside(self) -> str:
        """What is left to say where the connection's state stands beside it."""
        return self.reason or self.said


def health_of(connection: Connection) -> Health:
    """Say how a connection is; the first thing that keeps texts from going out comes first."""
    if connection.state == S.ENDED:
        reason = connection.state_reason
        return Health("", _("It has ended: %(reason)s") % {"reason": reason}, reason=reason)
    for found in (_sealed, _needs, _account, _closed, _rest, _turned_away, _expiry, _planned, _trial):
        if (told := found(connection)) is not None:
            return told
    if kinds.kind_of(connection.kind).is_by_hand:
        return Health("ok", _("Each text waits here until somebody has put it there."))
    return Health("ok", _("All is well."))


def _sealed(connection: Connection) -> Health | None:
    if connection.sealed and not vault.is_known(connection.sealed_with):
        return Health(
            "late",
            words.matter("vault"),
            _("Restore the key, or put the credentials in anew."),
            "settings",
            words.button(Action.SETTINGS),
        )
    return None


def _needs(connection: Connection) -> Health | None:
    if not connection.needs:
        return None
    step = {Action.AUTHORISE: "renew", Action.SETTINGS: "settings", Action.ASK_PLATFORM: "resume"}
    return Health(
        "late",
        words.matter(connection.needs_code, connection.kind),
        words.need(connection.needs, connection.needs_code, connection.kind),
        step.get(Action(connection.needs), "settings") if connection.needs in list(Action) else "settings",
        _("It is settled: go on")
        if connection.needs == Action.ASK_PLATFORM
        else words.button(connection.needs, connection.kind),
    )


def _account(connection: Connection) -> Health | None:
    account = connection.account
    if account is None or (account.state == AccountState.OPEN and not account.must_rotate):
        return None
    if account.must_rotate:
        said = _("The account was handed over; its new keeper has not renewed every credential yet.")
    else:
        said = _("In the register the account is: %(state)s.") % {"state": account.get_state_display()}
    return Health(
        "soon", said, _("It speaks only while it is open in the register."), "account", _("To the register")
    )


def _closed(connection: Connection) -> Health | None:
    """Nothing new leaves a closed unit, but what it said there before may have to be mended."""
    if not connection.unit.is_closed:
        return None
    return Health(
        "soon",
        _("Its unit is closed. What has to be corrected or withdrawn there still is."),
        _("End it when nothing has to be mended there any more."),
        "close",
        _("End the connection"),
    )


def _expiry(connection: Connection) -> Health | None:
    if connection.expires_at is None:
        return None
    left = days_left(connection.expires_at)
    if left > AHEAD:
        return None
    day = f"{clock.local(connection.expires_at):%m-%d}"
    if left < 0:
        said = _("The authorisation ended on %(day)s.") % {"day": day}
    elif left == 0:
        said = _("The authorisation ends today.")
    else:
        said = ngettext(
            "The authorisation ends in %(n)s day, on %(day)s.",
            "The authorisation ends in %(n)s days, on %(day)s.",
            left,
        ) % {"n": left, "day": day}
    tone = "late" if left <= 1 else "soon"
    todo = (
        words.need(Action.AUTHORISE, "", connection.kind)
        if left < 0
        else _("Authorise it before it ends, and nothing comes to a halt.")
    )
    return Health(tone, said, todo, "renew", words.button(Action.AUTHORISE, connection.kind))


def _planned(connection: Connection) -> Health | None:
    if connection.state != S.PLANNED:
        return None
    try:
        lacking = missing(connection)
    except DomainError:
        lacking = []
    kind = kinds.kind_of(connection.kind)
    if lacking or (kind.asks_base and not connection.base):
        names = "、".join(str(each.label) for each in lacking) or str(kind.base_label)
        return Health(
            "soon", _("Not live yet: %(names)s missing.") % {"names": names}, "", "settings", _("Fill in")
        )
    if kind.asks_base and connection.tested_code != "ok":
        return _trial(connection) or Health("soon", _("Not live yet: not tested."), "", "try", _("Test"))
    return Health("soon", _("Everything is ready; it only has to be put live."), "", "live", _("Put live"))


def _rest(connection: Connection) -> Health | None:
    if connection.state != S.FROZEN:
        return None
    reason = connection.state_reason
    said = _("At rest: %(reason)s") % {"reason": reason}
    return Health("soon", said, _("What is due waits."), "live", _("Go on"), reason=reason)


def _turned_away(connection: Connection) -> Health | None:
    """A live account whose last test the platform turned away: its word counts more than the day it named once."""
    if connection.state != S.LIVE or connection.tested_need != Action.AUTHORISE:
        return None
    found = _trial(connection)
    step = words.button(Action.AUTHORISE, connection.kind)
    return found and replace(found, tone="late", step="renew", button=step)


def _trial(connection: Connection) -> Health | None:
    last = connection.tested_at
    if last is None or connection.tested_code in {"", "ok"}:
        return None
    if connection.last_ok_at is not None and connection.last_ok_at > last:
        return None
    said = words.matter(connection.tested_code, connection.kind, connection.tested_why)
    todo = words.need(connection.tested_need, connection.tested_code, connection.kind)
    return Health(
        "soon",
        _("The last test failed. %(said)s") % {"said": said},
        todo,
        "settings",
        words.button("settings"),
    )
