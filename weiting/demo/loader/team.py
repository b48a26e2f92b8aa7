"""The city's people with their roles, who stands in for whom, and the register of official accounts."""

from datetime import date, timedelta
from functools import partial

from django.contrib.auth.hashers import make_password

from weiting import audit
from weiting.accounts.models import Person
from weiting.core import clock
from weiting.demo import signins
from weiting.demo.content import people as content
from weiting.demo.content.shapes import Account as AccountSeed, Person as Seed
from weiting.demo.content.units import BY_KEY, CITY
from weiting.demo.loader.city import City
from weiting.demo.loader.diary import at
from weiting.units import actions as units, keys
from weiting.units.models import Account, AccountEvent, Membership, Scope
from weiting.units.roles import Role

# Those who work for the whole hall hold these roles at the city, with everything below it ...
WHOLE_HALL = frozenset(
    {
        Role.HALL_EDITOR, Role.ADMINISTRATOR, Role.SUPERVISOR, Role.ASSESSOR, Role.AUDITOR, Role.ANALYST, Role.TRAINER,
        Role.DISPATCHER,
    }
)  # fmt: skip
# ... and these at the city itself: texts rise to them where a unit has nobody.
LAST_RESORT = frozenset(
    {Role.FIRST_REVIEWER, Role.SECOND_REVIEWER, Role.FINAL_REVIEWER, Role.LEGAL, Role.SECRECY}
)
CENTRE = frozenset({"fabu", "zhengfuban", "sifa", "shuju", "rexian"})
EMERGENCY = {"guoshuhua": CITY, "fangqiming": CITY, "tongwu": "yingji"}
FILED_FROM = date(2026, 1, 5)


def name_people(city: City) -> None:
    """Make everybody's sign-in; only those of the demo's list can be used."""
    usable = {each.person: each.username for each in content.SIGNINS}
    # Hashed once: a slow hash for each would only delay a password that everybody may know.
    known = make_password(signins.PASSWORD)
    made = [
        Person(
            username=usable.get(seed.key, seed.key),
            name=seed.name,
            phone=seed.phone,
            by_email=False,
            password=known if seed.key in usable else make_password(None),
            password_set_at=clock.now(),
        )
        for seed in city.seeds.people
    ]
    found = Person.objects.bulk_create(made)
    city.people = {seed.key: person for seed, person in zip(city.seeds.people, found, strict=True)}
    held = Membership.objects.bulk_create(
        _membership(city, seed, unit, role, scope)
        for seed in city.seeds.people
        for unit, role, scope in _seats(city, seed)
    )
    audit.record_many(
        audit.Act(
            "demo.person.load",
            subject=member.person,
            unit=member.unit,
            facts={"role": member.role, "reach": member.scope},
        )
        for member in held
    )


def _membership(city: City, seed: Seed, unit: str, role: str, scope: str) -> Membership:
    return Membership(
        person=city.people[seed.key],
        unit=city.units[unit],
        role=role,
        scope=scope,
        title=seed.title,
        is_listed=seed.public and role == Role.SPOKESPERSON,
        is_lead=role == Role.SPOKESPERSON,
        from_on=max(clock.today(), date.fromisoformat(city.seeds.unit(unit).joined_on))
        if unit != CITY
        else clock.today(),
    )


def _seats(city: City, seed: Seed) -> list[tuple[str, str, str]]:
    """Say at which unit, and how far down, a person holds each role."""
    at_home = Scope.SUBTREE if BY_KEY[seed.unit].kind != "bureau" else Scope.UNIT
    found: dict[tuple[str, str], str] = {}
    for role in seed.roles:
        is_central = seed.unit in CENTRE
        if (is_central and role in WHOLE_HALL) or (seed.unit == "fabu" and role == Role.EDITOR):
            found[CITY, role] = Scope.SUBTREE
            continue
        found[seed.unit, role] = at_home
        if is_central and role in LAST_RESORT:
            found[CITY, role] = Scope.UNIT
    if seed.key in EMERGENCY:
        found[EMERGENCY[seed.key], Role.EMERGENCY_OFFICER] = Scope.UNIT
    if seed.key in {shift.person for shift in city.seeds.roster}:
        found[CITY, Role.DUTY_OFFICER] = Scope.UNIT
    return [(unit, role, scope) for (unit, role), scope in found.items()]


def name_substitutes(city: City) -> None:
    """Let colleagues stand in for those who are away."""
    for seed in city.seeds.people:
        if seed.away_from and seed.substitute:
            city.diary.note(
                at(f"{seed.away_from} 08:30") - timedelta(days=1), partial(_name_substitute, city, seed)
            )


def _name_substitute(city: City, seed: Seed) -> None:
    units.name_substitute(
        city.people[seed.key],
        city.people[seed.substitute],
        at(f"{seed.away_from} 08:00"),
        at(f"{seed.away_to} 18:00"),
        by=city.people[seed.key],
        reason="外出培训",
    )


def register_accounts(city: City) -> None:
    """Write the register of official voices with the history of each entry."""
    made = [_account(city, seed) for seed in city.seeds.accounts]
    Account.objects.bulk_create(made)
    AccountEvent.objects.bulk_create(
        AccountEvent(account=account, on=on, move=move, note=note, by_name=by)
        for account, seed in zip(made, city.seeds.accounts, strict=True)
        for on, move, note, by in _events(city, seed)
    )
    audit.record_many(
        audit.Act(
            "demo.account.load",
            subject=account,
            unit=account.unit,
            facts={"number": account.filing_number, "state": account.state},
        )
        for account in made
    )


def _account(city: City, seed: AccountSeed) -> Account:
    opened = date.fromisoformat(seed.opened_on)
    holder = None
    if seed.person:
        holder = Membership.objects.filter(
            person=city.people[seed.person], unit=city.units[seed.unit]
        ).first()
    return Account(
        unit=city.units[seed.unit],
        holder=holder,
        platform=seed.platform,
        handle=seed.handle,
        handle_key=keys.handle_key(seed.handle),
        purpose="本人以职务身份发声" if holder else "",
        state=seed.state,
        filing_number=seed.filed_as,
        applied_on=opened - timedelta(days=9),
        registered_on=opened,
        verified_on=opened + timedelta(days=2),
        opened_on=opened,
        closed_on=date.fromisoformat(seed.state_on) if seed.state == "closed" else None,
        state_reason=seed.reason[:200],
        keeper=city.people[seed.person or content.editor_of(seed.unit)],
        must_rotate=seed.state == "handing_over",
    )


def _events(city: City, seed: AccountSeed) -> list[tuple[date, str, str, str]]:
    opened = date.fromisoformat(seed.opened_on)
    keeper = city.people[seed.person or content.editor_of(seed.unit)].name
    # Accounts older than the register were entered when it began.
    filed = max(opened - timedelta(days=2), FILED_FROM)
    found = [
        (opened - timedelta(days=9), "apply", "", keeper),
        (filed, "file", seed.filed_as, city.people["zhuolin"].name),
        (opened, "open", "", keeper),
    ]
    moves = {"closed": "close", "frozen": "freeze", "handing_over": "hand_over"}
    if seed.state in moves:
        found.append((date.fromisoformat(seed.state_on), moves[seed.state], seed.reason[:300], keeper))
    return sorted(found, key=lambda event: event[0])
