"""Says in words what is the matter with a channel or a delivery and what to do: the one home of these sentences.

States and codes are handed in as plain values, so that any page can ask. `why` is what the channel itself said; it is
quoted, never taken for ours.
"""

from django.utils.translation import gettext as _, gettext_lazy

from weiting.channels.code_words import said_of
from weiting.channels.ports import Action
from weiting.channels.rules import Outcome, rules

# What only a person can find out: the channel cannot be asked. Not an `Action`: no adapter says it.
DECIDE = "decide"

# Kinds whose account is authorised on a page of the platform; of all others somebody puts in a new key or token.
AUTHORISED_THERE = frozenset({"weibo"})

NAMES = {
    "activitypub": gettext_lazy("Fediverse"),
    "douyin": gettext_lazy("Douyin"),
    "feed": gettext_lazy("Feeds"),
    "fediverse": gettext_lazy("Fediverse"),
    "historic": gettext_lazy("Archive of a closed account"),
    "kuaishou": gettext_lazy("Kuaishou"),
    "mail": gettext_lazy("E-mail bulletin"),
    "mastodon": gettext_lazy("Mastodon"),
    "other": gettext_lazy("Another platform"),
    "rmh": gettext_lazy("People's Daily account (Renminhao)"),
    "screen": gettext_lazy("Public screens"),
    "shipinhao": gettext_lazy("WeChat Channels (Shipinhao)"),
    "toutiao": gettext_lazy("Toutiao"),
    "webhook": gettext_lazy("Webhook"),
    "websub": gettext_lazy("Feeds"),
    "wechat": gettext_lazy("WeChat official account"),
    "weibo": gettext_lazy("Sina Weibo"),
}

DO = {
    Action.AUTHORISE: gettext_lazy("Authorise the account anew; what waits then goes out by itself."),
    Action.SHORTEN: gettext_lazy("Shorten the wording for this channel, then send it again."),
    Action.CHANGE_WORDS: gettext_lazy("Change the wording for this channel, then send it again."),
    Action.CHANGE_MEDIA: gettext_lazy("Take another picture, or leave it out, then send it again."),
    Action.ASK_PLATFORM: gettext_lazy("Ask the platform, then send it again or do it there by hand."),
    Action.BY_HAND: gettext_lazy("Do it there by hand, then paste the address back here."),
    Action.SETTINGS: gettext_lazy("Look through the settings of the connection, save them, and test it."),
    Action.NOTHING: gettext_lazy("There is nothing to do."),
    DECIDE: gettext_lazy(
        "Look there: if the text stands there, paste its address; if it surely does not, send it again."
    ),
}
# The next step as a button says it.
BUTTONS = {
    Action.AUTHORISE: gettext_lazy("Authorise anew"),
    Action.SHORTEN: gettext_lazy("Shorten"),
    Action.CHANGE_WORDS: gettext_lazy("Change the words"),
    Action.CHANGE_MEDIA: gettext_lazy("Change the picture"),
    Action.ASK_PLATFORM: gettext_lazy("What the platform says"),
    Action.BY_HAND: gettext_lazy("Do it by hand"),
    Action.SETTINGS: gettext_lazy("Look at the settings"),
    DECIDE: gettext_lazy("Look there and decide"),
}
# Codes that are ours, not a platform's.
OWN = {
    "asked": gettext_lazy("The channel does not have it yet; it is asked once more before anything is sent again."),
    "bad_address": gettext_lazy("The address cannot be called: it is wrong, or inside a network closed to us."),
    "bad_header": gettext_lazy("A password, key or token holds a character that none can hold; put it in anew."),
    "by_hand": gettext_lazy("This platform has no open interface: somebody puts the text there."),
    "closed": gettext_lazy("The connection was ended before it went out."),
    "fault": gettext_lazy("Something went wrong on our side; it is tried again by itself."),
    "faults": gettext_lazy(
        "Something goes wrong on our side again and again; whoever runs this hall finds more in its log."
    ),
    "late": gettext_lazy("The channel could not be reached for a whole day."),
    "later": gettext_lazy("The channel had no time for it; it is tried again by itself."),
    "no_credentials": gettext_lazy("A password, key or token is missing."),
    "no_answer": gettext_lazy("What answered is not this platform, or it answered something else."),
    "not_granted": gettext_lazy("The platform does not let this be done from here."),
    "not_tried": gettext_lazy("There is nothing to test here without sending something."),
    "nothing_there": gettext_lazy("The text never stood there, so there is nothing to correct or take back."),
    "other_account": gettext_lazy("The token is another account's than the one in the settings."),
    "quota": gettext_lazy("What may be sent in this time is used up; it goes out by itself when there is room again."),
    "unknown": gettext_lazy("The answer was lost, and it is not known whether the text arrived."),
    "unsettled": gettext_lazy("The channel took it and has not said for a day what became of it."),
    "vault": gettext_lazy("The credentials cannot be opened with the key of this machine."),
}  # fmt: skip

STATES = {
    "queued": gettext_lazy("It waits to be sent."),
    "sending": gettext_lazy("It is being sent now."),
    "in_doubt": gettext_lazy("It is not known whether it arrived; the channel is asked before anything is sent again."),
    "accepted": gettext_lazy("The channel has it and works on it."),
    "delivered": gettext_lazy("It arrived."),
    "refused": gettext_lazy("It was refused."),
    "gave_up": gettext_lazy("It was given up."),
    "called_off": gettext_lazy("It was called off before it went out."),
}  # fmt: skip


def name_of(kind: str) -> str:
    """Return what people call a kind of channel; an unknown one's own title, or its key."""
    if kind in NAMES:
        return str(NAMES[kind])
    try:
        return rules(kind).title
    except KeyError:
        return kind


def need(action: str, code: str = "", kind: str = "", act: str = "send") -> str:
    """Return what a person has to do, as a sentence; "" when nothing is needed.

    `action` is a value of `ports.Action`, or "decide"; `code`, `kind` and what was to be done there (`act`) make it
    more exact where there is more to say.
    """
    if not action:
        return ""
    if action == Action.AUTHORISE and code == "no_credentials":
        return _("Put in the missing password, key or token in the settings of the connection.")
    if action == Action.AUTHORISE and kind and kind not in AUTHORISED_THERE:
        return _(
            "Put the new key or token into the settings of the connection; what waits then goes out by itself."
        )
    if action == Action.BY_HAND and act == "withdraw":
        return _("Take it down there by hand, then say here that it is gone.")
    if action == Action.SETTINGS and code == "40164":
        return _(
            "Put the address of this machine on the white list of the platform; what waits then goes out."
        )
    return str(DO.get(action, DO[Action.ASK_PLATFORM]))


def button(action: str, kind: str = "") -> str:
    """Return the next step as a button says it; "" where none is to be taken."""
    if action == Action.AUTHORISE and kind and kind not in AUTHORISED_THERE:
        return _("Put in the new one")
    return str(BUTTONS.get(action, ""))


def matter(code: str, kind: str = "", why: str = "") -> str:
    """Return what is the matter, as a sentence: of a code of ours, or of the platform and what it means by it."""
    if not code:
        return _("The channel said: “%(why)s”") % {"why": why} if why else ""
    if code in OWN:
        return str(OWN[code])
    bare = code.removeprefix("publish_")
    meant = _known(code, kind)
    if meant is not None and meant.says:
        return _("The platform answered %(code)s: %(says)s.") % {"code": bare, "says": said_of(meant.says)}
    if why:
        return _("The platform answered %(code)s: “%(why)s”") % {"code": bare, "why": why}
    return _("The platform answered %(code)s and did not say more.") % {"code": bare}


def outcome(
    state: str, *, code: str = "", kind: str = "", needs: str = "", why: str = "", act: str = "send"
) -> str:
    """Return how a delivery stands, in one or two sentences; what to do about it is `need`'s to say.

    `state` is a value of publishing's DeliveryState, `act` one of its acts (send, correct, withdraw).
    """
    if needs == Action.BY_HAND and state in {"queued", "refused"}:
        return _by_hand(act, code)
    if needs == DECIDE and state in {"in_doubt", "gave_up"}:
        return matter(code or "unknown", kind, why)
    said = str(STATES.get(state, state))
    if state == "delivered":
        return {"correct": _("The correction arrived."), "withdraw": _("It was taken back there.")}.get(
            act, said
        )
    more = "" if state in {"sending", "accepted"} else matter(code, kind, why)
    if state == "in_doubt" and code in {"unknown", "asked"}:
        return said
    return f"{said} {more}".strip()


def _by_hand(act: str, code: str) -> str:
    if act == "withdraw":
        return _("It has to be taken down there by hand.")
    if act == "correct":
        return _("The correction has to be made there by hand.")
    if code in {"", "by_hand"}:
        return _("It waits for somebody to put it there by hand.")
    return _("It has to be put there by hand.")


def _known(code: str, kind: str) -> Outcome | None:
    try:
        return rules(kind).errors.get(code)
    except KeyError:
        return None
