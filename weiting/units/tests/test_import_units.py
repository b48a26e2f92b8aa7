"""Importing units: any order, all or nothing, every fault by row and column, twice without harm."""

import io
from pathlib import Path

import openpyxl
import pytest
from django.core.management import CommandError, call_command

from weiting import audit
from weiting.accounts.models import Person
from weiting.audit.models import Entry
from weiting.core.errors import Invalid
from weiting.units import imports, queries
from weiting.units.actions import close_unit, open_unit
from weiting.units.models import Unit
from weiting.units.tests.make import make_person

HEAD = "单位全称,简称,类别,上级,区划代码,职责\n"


def table(text: str, head: str = HEAD) -> io.BytesIO:
    """Make a file of rows."""
    return io.BytesIO((head + text).encode())


def read(text: str, **more: object) -> imports.Outcome:
    """Import rows as the system."""
    return imports.import_units(table(text), name="units.csv", **{"by": None, **more})


CITY = (
    "水门社区,,社区,东园街道,,\n东园街道,,街道,东园区,,\n"
    "云溪市,云溪市政府,市,,3399,办事；投诉\n东园区,,区,3399,339901,\n"
)


def test_children_may_stand_before_their_parents(db: None) -> None:
    outcome = read(CITY)
    assert (outcome.created, outcome.errors) == (4, [])
    community = Unit.objects.get(name="水门社区")
    assert [unit.name for unit in queries.ancestors(community)] == ["云溪市", "东园区", "东园街道"]
    assert community.path == "".join(f"{pk}." for pk in community.ancestor_ids)
    assert (community.depth, community.slug) == (3, "shui-men-she-qu")
    assert [remit.matter for remit in Unit.objects.get(depth=0).remits.all()] == ["办事", "投诉"]


def test_importing_twice_doubles_nothing(db: None) -> None:
    read(CITY)
    again = read(CITY)
    assert (again.created, again.changed, again.same) == (0, 0, 4)
    changed = read("云溪市,云溪,市,,3399,\n")
    assert (changed.changed, Unit.objects.get(depth=0).short_name) == (1, "云溪")
    assert Unit.objects.count() == 4


def test_a_new_name_under_a_known_code_renames(db: None) -> None:
    read(CITY)
    read("东园新区,,区,3399,339901,\n")
    assert Unit.objects.get(division_code="339901").name == "东园新区"


def test_another_parent_moves_the_unit_with_all_below(db: None) -> None:
    read(CITY)
    read("西园区,,区,3399,339902,\n东园街道,,街道,西园区,339901001,\n")
    assert Unit.objects.filter(name="东园街道").count() == 2, "without a code it is another unit"
    Unit.objects.filter(name="东园街道", parent__name="东园区").update(division_code="339901002")
    outcome = read("东园老街道,,街道,西园区,339901002,\n")
    assert outcome.changed == 1
    assert [u.name for u in queries.ancestors(Unit.objects.get(name="水门社区"))] == [
        "云溪市",
        "西园区",
        "东园老街道",
    ]


def test_a_dry_run_says_what_would_happen_and_writes_nothing(db: None) -> None:
    outcome = read(CITY, dry_run=True)
    assert (outcome.created, len(outcome.lines)) == (4, 4)
    assert not Unit.objects.exists()
    assert not Entry.objects.exists()


def test_faults_are_named_by_row_and_column_and_nothing_is_written(db: None) -> None:
    outcome = read(
        "云溪市,,市,,,\n,,区,云溪市,,\n东园区,,省,云溪市,,\n西园区,,区,没有市,,\n南园区,,区,云溪市,3x,\n云溪市,,市,,,\n"
    )
    assert [(error.row, error.column) for error in outcome.errors] == [
        (3, "name"), (4, "kind"), (5, "parent"), (6, "code"), (7, "name"),
    ]  # fmt: skip
    assert (outcome.created, Unit.objects.count()) == (0, 0)


def test_a_circle_in_the_file_is_shown(db: None) -> None:
    outcome = read("甲区,,区,乙区,,\n乙区,,区,丙区,,\n丙区,,区,甲区,,\n丁区,,区,甲区,,\n")
    [error] = outcome.errors
    assert error.column == "parent"
    assert "→" in error.message


def test_a_unit_named_as_its_own_parent_is_a_circle(db: None) -> None:
    assert [error.column for error in read("甲区,,区,甲区,,\n").errors] == ["parent"]


def test_a_circle_through_the_tree_is_refused(db: None) -> None:
    read(CITY)
    outcome = read("东园区,,区,水门社区,339901,\n")
    assert [error.column for error in outcome.errors] == ["parent"]
    assert Unit.objects.get(division_code="339901").parent == Unit.objects.get(depth=0)


def test_an_ambiguous_parent_asks_for_the_code(db: None) -> None:
    read(CITY)
    read("西园区,,区,云溪市,,\n水门社区,,社区,西园区,,\n")
    [error] = read("一网格,,网格,水门社区,,\n").errors
    assert "2" in error.message


def test_a_closed_unit_is_neither_parent_nor_target(db: None) -> None:
    read(CITY)
    close_unit(Unit.objects.get(name="水门社区"), "合并", by=None)
    assert [e.column for e in read("一网格,,网格,水门社区,,\n").errors] == ["parent"]
    assert [e.column for e in read("水门社区,,社区,东园街道,,\n").errors] == ["name"]


def test_slugs_given_are_kept_and_never_doubled(db: None, city: Unit) -> None:
    head = "name,kind,parent,slug\n"
    outcome = imports.import_units(table(f"供水,部门,云溪市,{city.slug}\n", head), name="u.csv", by=None)
    assert [e.column for e in outcome.errors] == ["slug"]
    outcome = imports.import_units(table("供水,部门,云溪市,Gong Shui\n", head), name="u.csv", by=None)
    assert [e.column for e in outcome.errors] == ["slug"]
    assert (
        imports.import_units(table("供水,部门,云溪市,gongshui\n", head), name="u.csv", by=None).created == 1
    )


def test_an_administrator_imports_only_below_their_own_unit(city: Unit, district: Unit) -> None:
    admin = make_person("dadmin", district, "administrator", scope="subtree")
    outcome = read(f"东园街道,,街道,{district.name},,\n城管局,,部门,云溪市,,\n新市,,市,,,\n", by=admin)
    assert [(e.row, e.column) for e in outcome.errors] == [(3, "parent"), (4, "parent")]
    assert read(f"东园街道,,街道,{district.name},,\n", by=admin).created == 1


def test_the_audit_has_the_import_and_each_unit(city: Unit, admin: Person) -> None:
    read("供水,,部门,云溪市,,停水\n排水,,部门,云溪市,,\n", by=admin)
    whole = Entry.objects.get(verb="units.unit.import")
    assert (whole.facts["created"], whole.actor_id) == (2, admin.pk)
    assert [e.verb for e in audit.entries_for(Unit.objects.get(name="供水"))] == ["units.unit.open"]


def test_a_missing_column_or_broken_file_is_a_sentence(db: None) -> None:
    outcome = imports.import_units(table("x\n", "名称\n"), name="u.csv", by=None)
    assert [e.column for e in outcome.errors] == ["类别"] or outcome.error_count == 1
    with pytest.raises(Invalid):
        imports.import_units(io.BytesIO(b""), name="u.csv", by=None)


def test_gb18030_files_are_read(db: None) -> None:
    outcome = imports.import_units(
        io.BytesIO((HEAD + "云溪市,,市,,,\n").encode("gb18030")), name="u.csv", by=None
    )
    assert (outcome.created, Unit.objects.get().name) == (1, "云溪市")


@pytest.mark.parametrize("form", imports.TEMPLATES)
def test_the_template_can_be_filled_in_and_read(db: None, form: str) -> None:
    template = imports.units_template(form)
    if form == "xlsx":
        assert len(list(openpyxl.load_workbook(io.BytesIO(template)).active.iter_rows())) == 3
    else:
        # Marked, so that a spreadsheet shows Chinese.
        assert template.startswith(b"\xef\xbb\xbf")
    assert imports.import_units(io.BytesIO(template), name=f"template.{form}", by=None).created == 2


@pytest.fixture
def codes(tmp_path: Path) -> Path:
    """Four small tables of division codes, invented."""
    tables = {
        "provinces": "code,name\n33,溪省\n",
        "cities": "code,name,provinceCode\n3399,云溪市,33\n3398,市辖区,33\n",
        "areas": "code,name,cityCode,provinceCode\n"
        "339901,东园区,3399,33\n339902,西园区,3399,33\n339801,别处区,3398,33\n",
        "streets": "code,name,areaCode,provinceCode,cityCode\n"
        "339901001,水门街道,339901,33,3399\n339902001,水门街道,339902,33,3399\n",
    }
    for name, text in tables.items():
        (tmp_path / f"{name}.csv").write_text(text)
    return tmp_path


def test_a_city_is_built_from_division_codes(db: None, codes: Path) -> None:
    assert imports.import_divisions(codes, "3399", by=None).created == 5
    assert queries.counts_by_kind() == {"city": 1, "district": 2, "subdistrict": 2}
    assert imports.import_divisions(codes, "3399", by=None).same == 5
    assert imports.import_divisions(codes, "3398", by=None).created == 2
    assert Unit.objects.get(division_code="3398").name == "溪省"
    with pytest.raises(Invalid):
        imports.import_divisions(codes, "1234", by=None)


def test_the_command_lists_faults_and_fails(
    db: None, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "units.csv"
    path.write_text(HEAD + "云溪市,,省,,,\n")
    with pytest.raises(CommandError):
        call_command("import_units", str(path))
    said = capsys.readouterr().err
    assert "2" in said
    assert "类别" in said
    path.write_text(HEAD + "云溪市,,市,,,\n")
    call_command("import_units", str(path), "--dry-run")
    assert "云溪市" in capsys.readouterr().out
    assert not Unit.objects.exists()


def test_a_table_can_be_put_under_a_unit(city: Unit) -> None:
    assert open_unit(city, by=None, name="占位", kind="bureau").pk
    assert read("供水,,部门,,,\n", under=city).created == 1
    assert Unit.objects.get(name="供水").parent == city
