"""Forms carry what was typed to the actions, in the shape these take."""

from django.http import QueryDict

from weiting.units import forms
from weiting.units.actions import apply_account, save_hall, save_remits
from weiting.units.models import Unit


def test_a_unit_form_leaves_names_to_be_made(city: Unit) -> None:
    form = forms.UnitForm({"name": "市供电公司", "kind": "bureau", "color": "#2b4c7e", "division_code": "十"})
    assert list(form.errors) == ["division_code"]


def test_matters_survive_the_way_through_lines(water: Unit) -> None:
    text = "停水：没水、水停了 | 市区管网\n\n水费"
    form = forms.RemitsForm({"lines": text})
    assert form.is_valid()
    save_remits(water, form.rows(), by=None)
    assert forms.RemitsForm.text_of(water) == "停水: 没水、水停了 | 市区管网\n水费"


def test_a_section_keeps_the_order_sent(city: Unit, water: Unit, district: Unit) -> None:
    hall = save_hall(city, by=None)
    form = forms.ArrangeForm(QueryDict(f"units={water.pk}&units={district.pk}"), hall=hall)
    assert form.is_valid()
    assert form.ids() == [water.pk, district.pk]


def test_a_unit_cannot_be_hung_below_itself(city: Unit, district: Unit) -> None:
    assert not forms.MoveForm({"parent": district.pk}, unit=district).is_valid()


def test_every_form_can_be_drawn(city: Unit, water: Unit, keeper: object) -> None:
    account = apply_account(water, "weibo", "云溪供水", by=None)
    hall = save_hall(city, by=None)
    drawn = [
        forms.UnitForm(), forms.DescribeForm(), forms.MoveForm(unit=water), forms.CloseUnitForm(unit=water),
        forms.RemitsForm(), forms.KindFilter(), forms.ImportForm(), forms.HallForm(instance=hall), forms.SectionForm(),
        forms.ArrangeForm(hall=hall), forms.BatchForm(units=Unit.objects.all()), forms.AppointForm(),
        forms.BringInForm(), forms.MembershipForm(), forms.SubstituteForm(person=keeper), forms.ShiftForm(unit=water),
        forms.HandOverShiftForm(), forms.AccountForm(unit=water), forms.AccountDetailsForm(instance=account),
        forms.ReasonForm(), forms.HandOverForm(account=account), forms.TakeOverForm(), forms.RegisterFilter(),
    ]  # fmt: skip
    assert all("<label" in str(form) or "<legend" in str(form) for form in drawn)
    assert list(forms.BringInForm().fields) == [
        "name",
        "username",
        "email",
        "role",
        "scope",
        "title",
        "is_listed",
    ]
