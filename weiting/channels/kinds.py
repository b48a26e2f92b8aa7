"""What a connection of each kind asks of a person: which account, what to have ready, which settings and secrets.

Forms, checks and pages are made from this table; limits and codes of a kind lie in data/<kind>.toml.
"""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from weiting.channels import registry, words
from weiting.units.models import Platform

P = Platform
Text = Any


@dataclass(frozen=True)
class Field:
    """One setting. A secret is sealed and never shown again."""

    name: str
    label: Text
    help: Text = ""
    is_secret: bool = False
    is_required: bool = True
    choices: tuple[tuple[str, Text], ...] = ()
    # Comes by authorising on the platform's page: it is asked for only when the connection goes live.
    is_late: bool = False
    # A secret both sides agree on: an empty one is made here.
    is_made: bool = False
    # The platform shows it in this form; what does not fit is refused before anything is called.
    shape: str = ""
    most: int = 400


@dataclass(frozen=True)
class Kind:
    """One kind of channel as people set it up. `platforms`: those of the register whose accounts it can be."""

    key: str
    icon: str
    says: Text
    platforms: tuple[str, ...] = ()
    # Where its interface is; the same for everybody where the platform has one address. Empty: asked for.
    base: str = ""
    base_label: Text = ""
    base_help: Text = ""
    # What to have at hand before one begins, and what to do at the platform.
    ready: tuple[Text, ...] = ()
    fields: tuple[Field, ...] = ()
    is_called_back: bool = False
    # The platform wants to know from which address we call.
    is_white_listed: bool = False

    @property
    def label(self) -> str:
        """Return what people call it."""
        return words.name_of(self.key)

    @property
    def secrets(self) -> tuple[Field, ...]:
        """Return the fields that are sealed."""
        return tuple(each for each in self.fields if each.is_secret)

    @property
    def plain(self) -> tuple[Field, ...]:
        """Return the fields that may be shown."""
        return tuple(each for each in self.fields if not each.is_secret)

    @property
    def is_by_hand(self) -> bool:
        """Say whether somebody puts each text there."""
        return self.key in registry.BY_HAND

    @property
    def asks_base(self) -> bool:
        """Say whether an address belongs to it at all."""
        return self.key in registry.KINDS


IP = Field(
    "ip", _("Address of this machine"),
    _("By which it goes out to the internet; your network department knows it. The platform asks for it."), most=45,
    shape=r"\d{1,3}(\.\d{1,3}){3}|[0-9A-Fa-f]*:[0-9A-Fa-f:.]{1,43}",
)  # fmt: skip
WHERE = Field(
    "open_url", _("Where one writes there"),
    _("The page that is opened to put a text there. Empty: the platform's own."), is_required=False, most=300,
    shape=r"https?://\S+",
)  # fmt: skip
HOSTS = Field(
    "hosts", _("Where its texts stand"),
    _("Domains, separated by blanks: an address that is pasted back must be there."), is_required=False,
    shape=r"[A-Za-z0-9.\- ]+",
)  # fmt: skip

FOUND: tuple[Kind, ...] = (
    Kind(
        "weibo", "megaphone", _("Short texts with a link and one picture, sent by Weibo's open platform."),
        (P.WEIBO,), "https://api.weibo.com",
        ready=(
            _("An application on Weibo's open platform that belongs to the unit and has passed its review"),
            _("The domain of the hall among the application's safe domains"),
            _("Somebody who can sign in to the account, to authorise it"),
        ),
        fields=(
            Field("app_key", _("App Key"), is_required=False, most=20, shape=r"\d+"),
            Field("uid", _("Number of the account"), _("The digits in the address of its page."), most=20,
                  shape=r"[A-Za-z0-9_]+"),
            IP,
            Field("level", _("Level of the application"), is_required=False, choices=(
                ("ordinary", _("ordinary: 30 texts an hour, 100 calls a day")),
                ("commercial", _("commercial interface")))),
            Field("grants", _("What the commercial interface grants"),
                  _("Separated by blanks: long (2,000 characters), pictures (nine), delete."), is_required=False,
                  most=30, shape=r"(long|pictures|delete)( (long|pictures|delete)){0,2}"),
            Field("token", _("Access token"),
                  _("Of the authorisation; it ends by itself, and you are told ahead."), True, is_late=True,
                  shape=r"[\w.\-]{5,200}"),
            Field("app_secret", _("App Secret"), _("For authorising, and to check what Weibo tells us."), True,
                  is_required=False, shape=r"\w{5,64}"),
        ),
        is_called_back=True, is_white_listed=True,
    ),
    Kind(
        "wechat", "listen",
        _("Articles with pictures, laid into the box of drafts and published by WeChat's interface."),
        (P.WECHAT,), "https://api.weixin.qq.com",
        ready=(
            _("The AppID and AppSecret of a verified account (Settings → Basic configuration there)"),
            _("This machine's address on the account's IP white list"),
        ),
        fields=(
            Field("appid", _("AppID"), most=30, shape=r"wx\w{2,28}"),
            Field("kind", _("Kind of account"), choices=(
                ("subscription", _("subscription account: one mass sending a day")),
                ("service", _("service account: four mass sendings a month")))),
            Field("author", _("Author under the title"), is_required=False, most=16),
            IP,
            Field("way", _("How texts go out"), is_required=False, choices=(
                ("publish", _("published: with an address, and nobody is disturbed")),
                ("mass", _("mass sending: to all followers, as often as WeChat allows")))),
            Field("secret", _("AppSecret"), is_secret=True, shape=r"\w{5,64}"),
            Field("token", _("Token of the call-backs"), _("The same as on WeChat's page of call-backs."), True,
                  is_required=False, is_made=True, shape=r"[A-Za-z0-9]{3,32}"),
            Field("aes_key", _("EncodingAESKey"), _("43 characters; with it only sealed messages are taken."), True,
                  is_required=False, shape=r"[A-Za-z0-9]{43}"),
        ),
        is_called_back=True, is_white_listed=True,
    ),
    Kind(
        "mastodon", "globe",
        _("An account on somebody else's Mastodon server: full texts with pictures and their descriptions."),
        (P.FEDIVERSE,), "", _("Address of the server"), _("Such as https://mastodon.example."),
        ready=(
            _("An application made there (Settings → Development) with the rights read, write:statuses, write:media"),
            _("Its access token"),
        ),
        fields=(Field("token", _("Access token"), is_secret=True, shape=r"[\w\-]{8,200}"),),
    ),
    Kind(
        "webhook", "link",
        _("A system of your own that takes every text as signed JSON: a screen, an app, a data platform."),
        (), "", _("Address of the receiver"), _("It is called with POST."),
        ready=(_("The address of the receiver"), _("A secret that the receiver knows too; it can be made here")),
        fields=(
            Field("secret", _("Shared secret"), _("Leave it empty and one is made and shown once."), True,
                  is_required=False, is_made=True, shape=r"\S{6,200}"),
        ),
    ),
    Kind("mail", "inbox", _("Bulletins to readers who have asked for them."),
         ready=(_("A mail server in the settings of the hall (WEITING_EMAIL_URL)"),)),
    Kind(
        "activitypub", "globe", _("Readers on Mastodon, Misskey and others follow the unit directly at this hall."),
        fields=(
            Field("handle", _("Handle"),
                  _("What stands between the two @: small letters, digits, dots or hyphens. Empty: the unit's name"
                    " in addresses. It stays as it is once the account is open."), is_required=False, most=60,
                  shape=r"[a-z0-9](?:[a-z0-9_.\-]{0,58}[a-z0-9])?"),
            Field("name", _("Name shown"), _("Empty: the unit's official name."), is_required=False, most=80),
            Field("summary", _("In a sentence"), _("Empty: what people come to the unit for."), is_required=False),
        ),
    ),
    *(
        Kind(
            key, icon, says, platforms,
            ready=(_("Somebody who can sign in there and puts each text in place"),), fields=(WHERE, HOSTS),
        )
        for key, icon, says, platforms in (
            ("toutiao", "list", _("Articles and short texts, put there by hand."), (P.TOUTIAO,)),
            ("douyin", "video", _("A title, a description and the pictures or the film, put there by hand."),
             (P.DOUYIN,)),
            ("kuaishou", "video", _("A description and the pictures or the film, put there by hand."), (P.KUAISHOU,)),
            ("shipinhao", "video", _("A description and the pictures or the film, put there by hand."), (P.SHIPINHAO,)),
            ("rmh", "list", _("Articles, put there by hand."), (P.RENMINHAO,)),
            ("screen", "image", _("A few words for the screens in halls and streets, put there by hand."), ()),
            ("other", "link", _("Whatever else the unit has an account on, put there by hand."),
             (P.OTHER, P.WEBSITE, P.APP)),
        )
    ),
)  # fmt: skip
BY_KEY = {each.key: each for each in FOUND}
# The archive of an account on a platform that has closed: never set up, only imported.
HISTORIC = Kind(
    "historic", "history", _("What stood on a platform that has closed, kept to be read."), tuple(P.values)
)


def offered() -> list[Kind]:
    """List the kinds a connection can be made of here."""
    return [each for each in FOUND if registry.is_known(each.key)]


def kind_of(key: str) -> Kind:
    """Return a kind; one that is not in the table asks for nothing."""
    return BY_KEY.get(key) or (HISTORIC if key == HISTORIC.key else Kind(key, "link", ""))
