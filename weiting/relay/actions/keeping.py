"""What a hall keeps for its relays: groups of units under a name, the weekly budget, the key it signs with."""

from collections.abc import Sequence

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from weiting import audit
from weiting.accounts.models import Person
from weiting.channels import vault
from weiting.core import clock
from weiting.core.actions import action
from weiting.core.errors import Conflict, Invalid
from weiting.posts import content
from weiting.relay import access
from weiting.relay.models import Group, GroupUnit, Rules, SigningKey
from weiting.units.access import require
from weiting.units.models import Hall, Unit

NAME_MOST = 40
MOST_A_WEEK = 50


@action
def save_group(
    owner: Unit, *, by: Person, name: str, units: Sequence[Unit], group: Group | None = None
) -> Group:
    """Keep units at or below `owner` under a name, or change what a group holds.

    Raises Invalid without a name or a unit, Conflict when the name is taken.
    """
    require(by, access.CALL, group.owner if group else owner)
    name = content.clean(name, is_line=True)
    owner = group.owner if group else owner
    chosen = {unit.pk: unit for unit in units if not unit.is_closed and unit.path.startswith(owner.path)}
    problems: dict[str, list[str]] = {}
    if not name or len(name) > NAME_MOST:
        problems["name"] = [_("Give it a name of 1 to %(n)s characters.") % {"n": NAME_MOST}]
    if not chosen:
        problems["units"] = [_("Choose at least one unit.")]
    if problems:
        raise Invalid(_("The group is not complete yet."), fields=problems)
    try:
        with transaction.atomic():
            group = group or Group(owner=owner)
            group.name = name
            group.save()
    except IntegrityError as error:
        sentence = _("There is a group of this name already.")
        raise Invalid(sentence, fields={"name": [sentence]}) from error
    GroupUnit.objects.filter(group=group).exclude(unit__in=chosen).delete()
    GroupUnit.objects.bulk_create(
        [GroupUnit(group=group, unit_id=pk) for pk in chosen], ignore_conflicts=True
    )
    audit.record(
        "relay.group.save",
        by=by,
        subject=group,
        unit=owner,
        units=sorted(unit.public_id for unit in chosen.values()),
    )
    return group


@action
def retire_group(group: Group, *, by: Person) -> Group:
    """Take a group out of use; calls made with it stay as they are. Raises Conflict when it is already."""
    require(by, access.CALL, group.owner)
    if not Group.objects.filter(pk=group.pk, retired_at__isnull=True).update(retired_at=clock.now()):
        raise Conflict(_("This group has been taken out of use already."))
    audit.record("relay.group.retire", by=by, subject=group, unit=group.owner)
    return group


@action
def save_rules(hall: Hall, *, by: Person, per_week: int, reviews_lines: bool, per_reader: int = 3) -> Rules:
    """Set how many relays a unit of a hall passes on, and a reader is mailed by themselves, in seven days; and whether
    own lines are reviewed.

    Raises Invalid for a number outside 1 to 50.
    """
    require(by, access.RULES, hall.unit)
    sentence = _("Between 1 and %(n)s.") % {"n": MOST_A_WEEK}
    numbers = {"per_week": per_week, "per_reader": per_reader}
    problems = {name: [sentence] for name, n in numbers.items() if not 1 <= n <= MOST_A_WEEK}
    if problems:
        raise Invalid(sentence, fields=problems)
    rules, _made = Rules.objects.update_or_create(
        hall=hall, defaults={**numbers, "reviews_lines": reviews_lines}
    )
    audit.record(
        "relay.rules.save",
        by=by,
        unit=hall.unit,
        hall=hall.slug,
        per_week=per_week,
        per_reader=per_reader,
        reviews_lines=reviews_lines,
    )
    return rules


def signing_key() -> tuple[SigningKey, Ed25519PrivateKey]:
    """Return the hall's key in force with its private half opened; made when there is none.

    Raises Unavailable when this machine lacks the key that seals it.
    """
    row = SigningKey.objects.filter(retired_at__isnull=True).first() or _make_key(by=None)
    secrets = vault.open_sealed(row.sealed_with, bytes(row.sealed), row.public_id)
    return row, Ed25519PrivateKey.from_private_bytes(bytes.fromhex(secrets["ed25519"]))


@action
def _make_key(*, by: None) -> SigningKey:
    private = Ed25519PrivateKey.generate()
    row = SigningKey(public=private.public_key().public_bytes_raw().hex())
    row.sealed_with, row.sealed = vault.seal({"ed25519": private.private_bytes_raw().hex()}, row.public_id)
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError:
        # Another process was faster; there is one key.
        return SigningKey.objects.get(retired_at__isnull=True)
    audit.record("relay.key.make", subject=audit.Ref("relay.signingkey", row.public_id), public=row.public)
    return row
