"""The public register of official voices: lists, the look-up “is this account real?”, and near misses of impostors."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from django.db.models import Count, Prefetch, Q, QuerySet
from django.utils.translation import gettext as _
from rapidfuzz import fuzz

from weiting.accounts.models import Person
from weiting.core.errors import NotFound
from weiting.text.han import pinyin
from weiting.units import access, keys
from weiting.units.flow import AccountState
from weiting.units.models import Account, Unit

PUBLIC_STATES = (AccountState.OPEN, AccountState.FROZEN, AccountState.HANDING_OVER, AccountState.CLOSED)
SPEAKING = (AccountState.OPEN,)
MOST_NEAR = 3
# Of 100; two-letter names differ too easily, so they need a closer likeness.
ALIKE, ALIKE_SHORT, ALIKE_ADDRESS = 72, 86, 88
# Words impostors hang on a real name: "official", "service", "assistant", "new account".
DECOYS = (
    "官方",
    "官微",
    "客服",
    "服务",
    "小助手",
    "助手",
    "新号",
    "小号",
    "备用",
    "通知",
    "办理",
    "咨询",
    "中心",
    "official",
    "service",
)
_ALIKE_SIGNS = str.maketrans({"0": "o", "1": "l", "i": "l", "5": "s", "2": "z", "8": "b", "末": "未", "曰": "日",
                              "己": "已", "巳": "已", "人": "入", "土": "士",
                              "大": "太", "天": "夭", "千": "干"})  # fmt: skip

Answer = Literal["official", "frozen", "handing_over", "closed", "unknown", "nothing"]
_ANSWERS: dict[str, Answer] = {
    AccountState.OPEN: "official",
    AccountState.FROZEN: "frozen",
    AccountState.HANDING_OVER: "handing_over",
    AccountState.CLOSED: "closed",
}


@dataclass(frozen=True)
class NearMiss:
    """A listed account that what was typed looks like but is not, and the sentence that says in what way."""

    account: Account
    why: str
    likeness: int


@dataclass(frozen=True)
class Verdict:
    """The answer to “is this account real?”: what it is, which accounts bear it out, and what it only resembles."""

    typed: str
    answer: Answer
    accounts: list[Account] = field(default_factory=list)
    near: list[NearMiss] = field(default_factory=list)
    note: str = ""

    @property
    def account(self) -> Account | None:
        """Return the account the answer speaks of, if it is known."""
        return self.accounts[0] if self.accounts else None

    @property
    def is_official(self) -> bool:
        """Say whether people may trust it now."""
        return self.answer == "official"

    @property
    def sentence(self) -> str:
        """Return the answer in one sentence."""
        return _sentence(self)


def _sentence(verdict: Verdict) -> str:
    account = verdict.account
    if account is None:
        if verdict.answer == "nothing":
            return _("Type a name, a handle or an address, as you see it on the platform.")
        if verdict.near:
            return _("Not in the register. It looks like %(handle)s but is not it: be careful.") % {
                "handle": verdict.near[0].account.handle
            }
        return _("Not in the register. It does not speak for any unit here.")
    facts = {
        "handle": account.handle, "unit": account.unit.short_name, "platform": account.get_platform_display(),
        "since": account.opened_on or "", "until": account.closed_on or "", "reason": account.state_reason,
    }  # fmt: skip
    sentences = {
        "official": _("Official. %(handle)s on %(platform)s has been the voice of %(unit)s since %(since)s."),
        "frozen": _(
            "Official, but frozen for now: %(handle)s of %(unit)s. Do not rely on what is new there."
        ),
        "handing_over": _(
            "Official, but being handed over: %(handle)s of %(unit)s says nothing until that is done."
        ),
        "closed": _(
            "Closed on %(until)s: %(handle)s no longer speaks for %(unit)s. Whatever is new there is not from it."
        ),
    }
    return sentences[verdict.answer] % facts


def register(
    q: str = "", platform: str = "", state: str = "", *, unit: Unit | None = None
) -> QuerySet[Account]:
    """List the public register, by unit and platform; a state that is not public gives nothing."""
    found = Account.objects.filter(state__in=PUBLIC_STATES).select_related("unit", "holder__person")
    if state:
        found = found.filter(state=state)
    if platform:
        found = found.filter(platform=platform)
    if unit is not None:
        found = found.filter(unit__path__startswith=unit.path)
    typed = keys.storable(q).strip()
    if typed:
        names = (
            Q(unit__name__icontains=typed)
            | Q(unit__short_name__icontains=typed)
            | Q(filing_number__iexact=typed)
        )
        if keys.handle_key(typed):
            names |= Q(handle_key__contains=keys.handle_key(typed))
        if keys.is_address(typed):
            names |= Q(url_key=keys.url_key(typed))
        found = found.filter(names)
    return found.order_by("unit__path", "platform", "pk")


def register_counts() -> dict[str, int]:
    """Count the register by state, for its heading."""
    counted = Account.objects.filter(state__in=PUBLIC_STATES).order_by().values_list("state")
    return dict(counted.annotate(count=Count("pk")))


def accounts_for(person: Person, state: str = "", *, q: str = "") -> QuerySet[Account]:
    """List the accounts, in every state, of the units whose team a person may see; `q` is part of a name or number."""
    found = Account.objects.filter(access.reach_q(person, access.SEE_TEAM, "unit"))
    if words := keys.storable(q).strip():
        found = found.filter(
            Q(handle__icontains=words)
            | Q(unit__short_name__icontains=words)
            | Q(unit__name__icontains=words)
            | Q(filing_number__icontains=words)
        )
    return (
        (found.filter(state=state) if state else found)
        .select_related("unit", "keeper")
        .order_by("unit__path", "pk")
    )


def account_for(person: Person, public_id: str) -> Account:
    """Return an account with its history, for its own people; raise NotFound."""
    account = accounts_for(person).prefetch_related("history").filter(public_id=public_id).first()
    if account is None:
        raise NotFound(_("There is no such account, or it is not for you."))
    return account


def public_account(public_id: str) -> Account:
    """Return a listed account with its history; raise NotFound."""
    account = register().prefetch_related(Prefetch("history")).filter(public_id=public_id).first()
    if account is None:
        raise NotFound(_("This account is not in the register."))
    return account


def look_up(text: str) -> Verdict:
    """Say whether a name, handle or address is official, frozen, closed or not known, and what it merely resembles."""
    typed = keys.storable(text).strip()[:300]
    if not keys.handle_key(typed):
        return Verdict(typed, "nothing")
    if keys.is_address(typed):
        return _look_up_address(typed)
    return _look_up_name(typed)


def _look_up_name(typed: str) -> Verdict:
    key = keys.handle_key(typed)
    found = _sorted(register().filter(Q(handle_key=key) | Q(filing_number__iexact=typed)))
    if found and keys.unseen(typed):
        # The platform shows it the same; the account behind it is another.
        why = _("It holds signs that cannot be seen, which the real name does not.")
        return Verdict(typed, "unknown", near=[NearMiss(found[0], why, 100)])
    if not found:
        found = _sorted(register().filter(Q(unit__name=typed) | Q(unit__short_name=typed)))
    if found:
        return _known(typed, found)
    return Verdict(typed, "unknown", near=_near_names(key))


def _look_up_address(typed: str) -> Verdict:
    key = keys.url_key(typed)
    found = _sorted(register().filter(url_key=key))
    if found:
        return _known(typed, found)
    name = keys.named_in(typed)
    if name:
        named = _look_up_name(name)
        # A name in an address of one platform says nothing of the same name elsewhere.
        same = [a for a in named.accounts if a.platform in ("weibo", "fediverse")]
        return _known(typed, same) if same else Verdict(typed, "unknown", near=named.near)
    note = ""
    if keys.is_shortened(typed):
        note = _(
            "This address only leads on to another one. Open it, then look up the address you arrive at."
        )
    return Verdict(typed, "unknown", near=_near_addresses(key), note=note)


def _sorted(accounts: QuerySet[Account]) -> list[Account]:
    order = {state: rank for rank, state in enumerate(PUBLIC_STATES)}
    return sorted(accounts, key=lambda account: (order[AccountState(account.state)], account.pk))


def _known(typed: str, found: Sequence[Account]) -> Verdict:
    return Verdict(typed, _ANSWERS[found[0].state], accounts=list(found))


def _listed(column: str) -> list[tuple[int, str]]:
    rows = Account.objects.filter(state__in=PUBLIC_STATES).exclude(**{column: ""})
    return list(rows.order_by("pk").values_list("pk", column))


def _near_names(key: str) -> list[NearMiss]:
    scored: dict[int, tuple[int, str]] = {}
    sound = pinyin(key).replace(" ", "")
    for pk, listed in _listed("handle_key"):
        score, why = _likeness(key, listed, sound)
        if why:
            scored[pk] = (score, why)
    return _misses(scored)


def _likeness(key: str, listed: str, sound: str) -> tuple[int, str]:
    """Return how alike two different names are (of 100) and the sentence for it, or "" when they are not."""
    if key.translate(_ALIKE_SIGNS) == listed.translate(_ALIKE_SIGNS):
        return 99, _("One sign in it was swapped for another that looks the same.")
    if len(listed) > 2 and listed in key:
        if any(word in key.replace(listed, "", 1) for word in DECOYS):
            return 97, _("Words were added to the real name, as impostors do.")
        return 90, _("It holds the real name, with something added.")
    if len(key) == len(listed) and len(key) > 2 and pinyin(listed).replace(" ", "") == sound:
        return 95, _("It sounds the same but is written differently.")
    if len(key) > 2 and sorted(key) == sorted(listed):
        return 93, _("The same characters stand in another order.")
    score = int(fuzz.ratio(key, listed))
    if score >= (ALIKE if min(len(key), len(listed)) > 3 else ALIKE_SHORT):
        return score, _("It differs by a few characters only.")
    if len(key) > 2 and key in listed and len(listed) - len(key) <= 2:
        return 71, _("It is part of the real name.")
    return 0, ""


def _near_addresses(key: str) -> list[NearMiss]:
    scored: dict[int, tuple[int, str]] = {}
    alike = key.translate(_ALIKE_SIGNS)
    for pk, listed in _listed("url_key"):
        score = int(fuzz.ratio(key, listed))
        if alike == listed.translate(_ALIKE_SIGNS):
            scored[pk] = (99, _("One sign in it was swapped for another that looks the same."))
        elif score >= ALIKE_ADDRESS and _has_letters_changed(key, listed):
            scored[pk] = (score, _("The address differs by a few characters only."))
    return _misses(scored)


def _has_letters_changed(key: str, listed: str) -> bool:
    """Numbers of accounts at one platform differ by a few digits by nature: that alone is no imitation."""
    return not (key.split("/")[0] == listed.split("/")[0] and key.rsplit("/", 1)[-1].isdigit())


def _misses(scored: dict[int, tuple[int, str]]) -> list[NearMiss]:
    best = sorted(scored.items(), key=lambda item: (-item[1][0], item[0]))[:MOST_NEAR]
    accounts = Account.objects.select_related("unit").in_bulk([pk for pk, _found in best])
    return [NearMiss(accounts[pk], why, score) for pk, (score, why) in best]
