"""Authorising an account on its platform's own page, and back: whoever holds the account signs in there, not here.

The way out carries a signed note of who began it, for which connection and until when; without it nothing that comes
back is believed. Source: open.weibo.com/wiki (Oauth2/authorize, /access_token, /get_token_info).
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.core import signing
from django.utils.translation import gettext as _

from weiting.accounts.models import Person
from weiting.channels import access, quotas, words
from weiting.channels.actions.authorising import authorise, learn_end
from weiting.channels.flow import ConnectionState
from weiting.channels.models import Connection
from weiting.channels.opening import secrets_of, settings_of
from weiting.channels.ports import ChannelError, InDoubt, Refused, Settings, TryLater
from weiting.channels.weibo_api import Api
from weiting.channels.wire import Wire
from weiting.core import clock
from weiting.core.errors import DomainError, Invalid, Unavailable
from weiting.units.access import require

SALT = "weiting.channels.oauth"
# So long somebody may take to sign in there.
LASTS = timedelta(minutes=10)
KINDS = frozenset({"weibo"})


def is_offered(connection: Connection) -> bool:
    """Say whether a connection is authorised on its platform's page, and can be: the app's key and secret are set."""
    return (
        connection.kind in KINDS
        and bool(connection.values.get("app_key"))
        and bool(secrets_of(connection).get("app_secret"))
    )


def begin(connection: Connection, by: Person, back: str) -> str:
    """Return the address of the platform's page at which the account is authorised.

    `back` is the whole address of the page that calls `finish`; the platform must know it. Lead people there by a link:
    a form's answer may not lead out of the hall. Raises Invalid when the app's key or secret is missing.
    """
    require(by, access.KEEP, connection.unit)
    if not is_offered(connection):
        raise Invalid(
            _("Put in the App Key and the App Secret first: they are needed for authorising."),
            code="incomplete",
        )
    state = signing.dumps(
        {"of": connection.public_id, "by": by.pk, "back": back, "at": int(clock.now().timestamp())}, salt=SALT
    )
    asked = {
        "client_id": str(connection.values["app_key"]),
        "redirect_uri": back,
        "response_type": "code",
        "state": state,
        # Whoever is signed in there by chance is asked again: it may be a private account.
        "forcelogin": "true",
    }
    return f"{settings_of(connection).base.rstrip('/')}/oauth2/authorize?{urlencode(asked)}"


def finish(params: Mapping[str, str], by: Person) -> Connection:
    """Take what the platform sent somebody back with: fetch the token, seal it, and return the connection.

    Afterwards call publishing's `resume`, which lets go on what waited. Raises Invalid for what is not the answer to
    what this person began within ten minutes, Unavailable when the platform cannot be reached.
    """
    connection, back = _begun(str(params.get("state") or ""), by)
    if params.get("error") or params.get("error_code"):
        # Whoever pressed “cancel” knows why; only another reason of the platform is worth quoting.
        is_own = params.get("error") == "access_denied"
        why = "" if is_own else str(params.get("error_description") or params.get("error") or "")
        raise _not_granted(why)
    code = str(params.get("code") or "")
    if not code:
        raise _not_granted("")
    try:
        with Wire(allow_private=settings.CHANNELS_PRIVATE) as wire:
            token, uid, expires_at = _exchanged(settings_of(connection), wire, code, back)
    except ChannelError as error:
        raise _failed(connection, error) from error
    return authorise(connection, by=by, token=token, expires_at=expires_at, uid=uid)


def learn_ends(most: int = 200) -> int:
    """Ask the platform until when tokens hold whose end is not known; return how many it told."""
    unknown = Connection.objects.filter(
        kind__in=KINDS,
        state__in=[ConnectionState.LIVE, ConnectionState.FROZEN],
        expires_at__isnull=True,
        needs="",
    ).order_by("pk")[:most]
    told = 0
    with Wire(allow_private=settings.CHANNELS_PRIVATE) as wire:
        for each in unknown:
            try:
                account = settings_of(each)
                counted = quotas.metered(each, wire)
                info = _asked(
                    Api(account, counted), "get_token_info", {"access_token": account.secret("token")}
                )
            except (ChannelError, DomainError):
                # Its deliveries tell what is the matter with it.
                continue
            if left := _seconds(info.get("expire_in")):
                learn_end(each, clock.now() + timedelta(seconds=left))
                told += 1
    return told


def begun_of(params: Mapping[str, str]) -> str:
    """Return the public number of the connection an authorisation was begun for; "" when it was not begun here."""
    try:
        return str(signing.loads(str(params.get("state") or ""), salt=SALT)["of"])
    except (signing.BadSignature, KeyError, TypeError):
        return ""


def _begun(state: str, by: Person) -> tuple[Connection, str]:
    try:
        said = signing.loads(state, salt=SALT)
        age = clock.now().timestamp() - said["at"]
        found = Connection.objects.select_related("unit").filter(public_id=said["of"]).first()
        if said["by"] != by.pk or not 0 <= age <= LASTS.total_seconds() or found is None:
            raise signing.BadSignature
    except (signing.BadSignature, KeyError, TypeError) as error:
        raise Invalid(
            _(
                "This authorisation was not begun by you within the last ten minutes. Open the connection and begin it"
                " once more."
            ),
            code="not_begun",
        ) from error
    require(by, access.KEEP, found.unit)
    return found, said["back"]


def _exchanged(account: Settings, wire: Wire, code: str, back: str) -> tuple[str, str, datetime | None]:
    """Return the token for a code, whose it is, and until when it holds by the shortest of what the platform says."""
    api = Api(account, wire)
    said = _asked(
        api,
        "access_token",
        {
            "client_id": str(account.values["app_key"]),
            "client_secret": account.secret("app_secret"),
            "grant_type": "authorization_code",
            "redirect_uri": back,
            "code": code,
        },
        acts=True,
    )
    token = str(said.get("access_token") or "")
    if not token:
        raise InDoubt("the answer names no token")
    info = _asked(api, "get_token_info", {"access_token": token})
    spans = [
        _seconds(each) for each in (said.get("expires_in"), said.get("remind_in"), info.get("expire_in"))
    ]
    known = [each for each in spans if each > 0]
    expires_at = clock.now() + timedelta(seconds=min(known)) if known else None
    return token, str(info.get("uid") or said.get("uid") or ""), expires_at


def _asked(api: Api, path: str, data: Mapping[str, str], *, acts: bool = False) -> dict[str, Any]:
    reply = api.wire.call("POST", f"{api.settings.base.rstrip('/')}/oauth2/{path}", acts=acts, data=data)
    return api.checked(reply)


def _seconds(said: Any) -> int:
    digits = str(said or "")
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) < 11 else 0


def _not_granted(why: str) -> Invalid:
    said = _("The account was not authorised there; nothing has changed. Begin once more when you want it.")
    return Invalid(f"{said} ({why[:120]})" if why else said, code="not_granted")


def _failed(connection: Connection, error: ChannelError) -> DomainError:
    if isinstance(error, Refused):
        matter = words.matter(error.code, connection.kind, error.why)
        return Invalid(
            _("The platform gave no token: %(matter)s Begin once more.") % {"matter": f"{matter} "},
            code=f"oauth_{error.code}",
        )
    why = error.why if isinstance(error, TryLater) else str(error)
    return Unavailable(
        _("The platform could not be asked for the token (%(why)s). Begin once more in a minute.")
        % {"why": why},
        code="oauth_unreached",
    )
