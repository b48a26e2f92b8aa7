"""Imports people with their roles; who is known by the sign-in name is brought up to date."""

import re
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from weiting import audit
from weiting.accounts import actions as people
from weiting.accounts.models import Person
from weiting.audit import Ref
from weiting.core.errors import DomainError, Invalid
from weiting.core.tables import read_rows
from weiting.units import access
from weiting.units.actions.people import appoint, change_membership
from weiting.units.imports.columns import PEOPLE_COLUMNS, ROLES, SCOPES, plain, role_words, yes_or_no
from weiting.units.imports.outcome import Outcome, all_or_nothing
from weiting.units.imports.placing import Tree
from weiting.units.models import Membership, Scope, Unit

_SEPARATORS = re.compile(r"[；;、，,/\n]+")


def import_people(source: Any, *, name: str, by: Person | None, dry_run: bool = False) -> Outcome:
    """Read a table of people and their roles, all or nothing; raise Invalid when the file cannot be read at all."""
    table = read_rows(
        source, name=name, aliases=PEOPLE_COLUMNS, required=["username", "name", "unit", "role"]
    )
    outcome = Outcome(is_dry_run=dry_run)

    def work() -> None:
        tree, seen = Tree(), {person.username.casefold(): person for person in Person.objects.all()}
        for number, values in table.rows:
            _take(number, {key: value.strip() for key, value in values.items()}, tree, seen, by, outcome)
        outcome.errors.extend(table.errors)
        outcome.error_count += table.error_count
        audit.record(
            "units.person.import", by=by, subject=Ref("units.import", "", table.name),
            created=outcome.created, changed=outcome.changed, same=outcome.same,
        )  # fmt: skip

    return all_or_nothing(outcome, work)


def _take(
    number: int,
    typed: Mapping[str, str],
    tree: Tree,
    seen: dict[str, Person],
    by: Person | None,
    outcome: Outcome,
) -> None:
    before = outcome.error_count
    unit = _unit(number, typed.get("unit", ""), tree, outcome)
    roles = _roles(number, typed.get("role", ""), outcome)
    held = _held(number, typed, outcome)
    if outcome.error_count > before or unit is None:
        return
    try:
        _write(number, typed, unit, roles, held, seen, by, outcome)
    except Invalid as refused:
        for column, sentences in (refused.fields or {"": [refused.message]}).items():
            outcome.fail(number, column, " ".join(map(str, sentences)))
    except DomainError as refused:
        outcome.fail(number, str(refused.facts.get("field", "role")), str(refused.message))


def _held(number: int, typed: Mapping[str, str], outcome: Outcome) -> dict[str, Any]:
    """Return how roles are held: their reach, and whether the register shows them."""
    for column, sentence in (
        ("username", _("The sign-in name is missing.")),
        ("name", _("The name is missing.")),
    ):
        if not typed.get(column):
            outcome.fail(number, column, sentence)
    scope = SCOPES.get(plain(typed.get("reach", "")) or Scope.UNIT)
    if scope is None:
        outcome.fail(
            number, "reach", _("Write 本单位 or 本单位及下级, or leave it empty for the unit alone.")
        )
    listed = yes_or_no(typed.get("listed", ""))
    if listed is None:
        outcome.fail(number, "listed", _("Write 是 or 否, or leave it empty for no."))
    return {"scope": scope or Scope.UNIT, "is_listed": bool(listed)}


def _unit(number: int, typed: str, tree: Tree, outcome: Outcome) -> Unit | None:
    """Find a unit by code, full name, short name or address name."""
    found = [tree.by_code[typed]] if typed in tree.by_code else list(tree.by_name.get(typed, []))
    if not found and typed:
        everybody = [unit for units in tree.by_name.values() for unit in units]
        found = [unit for unit in everybody if typed in (unit.short_name, unit.slug)]
    if len(found) == 1:
        return found[0]
    sentence = (
        _("There are %(count)s units named %(unit)s. Write the code or address name of the one you mean.")
        if found
        else _("There is no unit %(unit)s. Import the units first, or correct the name.")
    )
    outcome.fail(number, "unit", sentence % {"unit": typed, "count": len(found)})
    return None


def _roles(number: int, typed: str, outcome: Outcome) -> list[str]:
    found = []
    for word in filter(None, map(str.strip, _SEPARATORS.split(typed))):
        role = ROLES.get(plain(word))
        if role is None:
            sentence = _("“%(typed)s” is not a role. Write one of: %(roles)s.")
            outcome.fail(number, "role", sentence % {"typed": word, "roles": role_words()})
        else:
            found.append(role)
    if not typed.strip():
        outcome.fail(number, "role", _("The role is missing. Several are divided by a semicolon."))
    return found


def _write(
    number: int, typed: Mapping[str, str], unit: Unit, roles: list[str], held: dict[str, Any],
    seen: dict[str, Person], by: Person | None, outcome: Outcome,
) -> None:  # fmt: skip
    """Make or update the person and give the roles not held yet; raise what the actions raise."""
    access.permit(by, access.APPOINT, unit)
    person, made = seen.get(typed["username"].casefold()), False
    if person is None:
        person, password = people.create_person(
            username=typed["username"], name=typed["name"], email=typed.get("email", ""), by=by
        )
        seen[person.username.casefold()] = person
        outcome.passwords[person.username] = password
        made = True
    changed = _renamed(person, typed, by)
    for role in roles:
        known = Membership.objects.filter(person=person, unit=unit, role=role, until_on__isnull=True)
        mine = known.select_related("unit", "person").first()
        title = typed.get("title", "")
        if mine is None:
            appoint(person, unit, role, by=by, title=title, **held)
            changed = True
        elif (mine.title, mine.is_listed) != (title or mine.title, held["is_listed"]):
            change_membership(
                mine, by=by, title=title or mine.title, is_listed=held["is_listed"], is_lead=mine.is_lead
            )
            changed = True
    _tell(number, person, unit, made, changed, outcome)


def _renamed(person: Person, typed: Mapping[str, str], by: Person | None) -> bool:
    """Bring name and e-mail up to date; empty cells change nothing."""
    wanted = {key: typed[key] for key in ("name", "email") if typed.get(key)}
    if all(getattr(person, key) == value for key, value in wanted.items()):
        return False
    people.set_preferences(person, by=by, **wanted)
    person.refresh_from_db()
    return True


def _tell(number: int, person: Person, unit: Unit, made: bool, changed: bool, outcome: Outcome) -> None:
    facts = {"row": number, "name": person.name, "unit": unit.short_name}
    if made:
        outcome.created += 1
        outcome.lines.append(_("Row %(row)s: new, %(name)s at %(unit)s.") % facts)
    elif changed:
        outcome.changed += 1
        outcome.lines.append(_("Row %(row)s: %(name)s at %(unit)s changes.") % facts)
    else:
        outcome.same += 1
