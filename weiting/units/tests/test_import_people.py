"""Importing people with their roles."""

import io

import pytest
from django.core.management import call_command

from weiting.accounts.models import Person
from weiting.units import access, imports, queries
from weiting.units.models import Membership, Unit
from weiting.units.tests.make import make_person

HEAD = "登录名,姓名,电子邮箱,单位,角色,职务,范围,公开\n"


def read(text: str, **more: object) -> imports.Outcome:
    """Import rows as the system."""
    source = io.BytesIO((HEAD + text).encode())
    return imports.import_people(source, name="people.csv", **{"by": None, **more})


def test_people_come_with_roles_and_first_passwords(water: Unit) -> None:
    outcome = read(
        "sunpei,孙沛,s@x.cn,云溪供水,终审；发言人,发言人,,是\nchenyan,陈晏,,云溪供水集团,编辑,,本单位,\n"
    )
    assert (outcome.created, outcome.errors) == (2, [])
    sunpei = Person.objects.get(username="sunpei")
    assert access.roles_at(sunpei, water) == {"final_reviewer", "spokesperson"}
    assert sunpei.check_password(outcome.passwords["sunpei"])
    assert sunpei.must_renew
    assert queries.spokespersons(water).get().person == sunpei


def test_importing_again_updates(water: Unit) -> None:
    row = "sunpei,孙沛,s@x.cn,云溪供水,发言人,发言人,,是\n"
    read(row)
    assert (read(row).same, Membership.objects.count()) == (1, 1)
    again = read("SunPei,孙沛,new@x.cn,云溪供水,发言人,新闻发言人,,否\n")
    assert (again.changed, again.created) == (1, 0)
    held = Membership.objects.get()
    assert (held.title, held.is_listed, held.person.email) == ("新闻发言人", False, "new@x.cn")


def test_one_person_in_several_rows_is_one_person(water: Unit, district: Unit) -> None:
    outcome = read("a1,甲,,云溪供水,编辑,,,\na1,甲,,东园区,联络员,,,\n")
    assert (outcome.created, outcome.changed, Person.objects.count()) == (1, 1, 1)


def test_faults_stop_everything(water: Unit) -> None:
    outcome = read(
        "a1,甲,,云溪供水,编辑,,,\na2,乙,,没有局,编辑,,,\na3,丙,,云溪供水,局长,,,\n,丁,,云溪供水,编辑,,全国,也许\na5,戊,坏地址,云溪供水,编辑,,,\n"
    )
    assert [(e.row, e.column) for e in outcome.errors] == [
        (3, "unit"), (4, "role"), (5, "username"), (5, "reach"), (5, "listed"), (6, "email"),
    ]  # fmt: skip
    assert not Person.objects.exists()
    assert outcome.passwords == {}


def test_duties_that_must_be_apart_are_refused(water: Unit) -> None:
    [error] = read("a1,甲,,云溪供水,编辑；审计,,,\n").errors
    assert (error.row, error.column) == (2, "role")


def test_an_administrator_imports_only_their_own_people(water: Unit, district: Unit) -> None:
    admin = make_person("dadmin", district, "administrator")
    assert read("a1,甲,,云溪供水,编辑,,,\n", by=admin).has_failed
    assert read("a1,甲,,东园区,编辑,,,\n", by=admin).created == 1


def test_the_command_shows_passwords_once(water: Unit, tmp_path: object, capsys: object) -> None:
    path = tmp_path / "people.csv"  # type: ignore[operator]
    path.write_text(HEAD + "a1,甲,,云溪供水,编辑,,,\n")
    call_command("import_people", str(path), "--dry-run")
    assert "a1\t" not in capsys.readouterr().out  # type: ignore[attr-defined]
    call_command("import_people", str(path))
    assert "a1\t" in capsys.readouterr().out  # type: ignore[attr-defined]


@pytest.mark.parametrize("form", imports.TEMPLATES)
def test_the_template_can_be_read(water: Unit, form: str) -> None:
    Unit.objects.filter(pk=water.pk).update(name="云溪市供水集团有限公司")
    table = io.BytesIO(imports.people_template(form))
    outcome = imports.import_people(table, name=f"t.{form}", by=None)
    assert outcome.created == 2
