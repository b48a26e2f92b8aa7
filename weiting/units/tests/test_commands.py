"""The commands that make people and write the reference of roles."""

from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from weiting.accounts.models import Person
from weiting.units import access
from weiting.units.management.commands.docs_roles import roles_page
from weiting.units.models import Unit
from weiting.units.roles import Role


def test_the_first_administrator_is_made_from_the_command_line(
    city: Unit, capsys: pytest.CaptureFixture[str]
) -> None:
    call_command(
        "create_user",
        "zhuolin",
        "--name",
        "卓霖",
        "--role",
        "administrator",
        "--unit",
        city.slug,
        "--subtree",
    )
    person = Person.objects.get(username="zhuolin")
    assert person.check_password(capsys.readouterr().out.split()[-1])
    assert person.must_renew
    assert access.may(person, access.SHAPE_TREE, city)


def test_a_role_without_a_unit_makes_nobody(city: Unit) -> None:
    for arguments in (["--role", "editor"], ["--unit", city.slug], ["--role", "editor", "--unit", "nowhere"]):
        with pytest.raises(CommandError):
            call_command("create_user", "zhuolin", *arguments)
    assert not Person.objects.exists()


def test_the_page_of_roles_names_every_verb_and_role(tmp_path: Path) -> None:
    page = roles_page()
    assert all(f"`{verb}`" in page for verb in access.RULES)
    assert all(f"`{role}`" in page for role in Role)
    file = tmp_path / "roles.md"
    with pytest.raises(CommandError):
        call_command("docs_roles", str(file), "--check")
    call_command("docs_roles", str(file))
    call_command("docs_roles", str(file), "--check")
