"""Making, ending and renewing sign-ins, and preferences."""

from datetime import time

import pytest

from weiting import audit
from weiting.accounts.actions import (
    create_person,
    deactivate_person,
    reactivate_person,
    renew_credentials,
    set_preferences,
    spoken_password,
)
from weiting.accounts.forms import PreferencesForm
from weiting.accounts.models import Person
from weiting.core.errors import Conflict, Invalid


def test_a_made_password_must_be_renewed(db: None) -> None:
    person, password = create_person(username="chenyan", name="陈晏", by=None)
    assert person.check_password(password)
    assert person.must_renew
    assert password not in str(audit.entries_for(person))


def test_made_passwords_differ_and_are_long(db: None) -> None:
    made = {spoken_password() for _time in range(200)}
    assert len(made) == 200
    assert min(map(len, made)) >= 20


def test_a_name_is_taken_in_any_case(editor: Person) -> None:
    with pytest.raises(Conflict):
        create_person(username="CHENYAN", name="别人", by=None)


@pytest.mark.parametrize("password", ["12345678", "short", "chenyan陈晏"])
def test_weak_passwords_are_refused(db: None, password: str) -> None:
    with pytest.raises(Invalid):
        create_person(username="chenyan", name="陈晏", by=None, password=password)


def test_fields_that_do_not_fit_are_named(db: None) -> None:
    with pytest.raises(Invalid) as refused:
        create_person(username="x" * 61, name="", email="no address", by=None)
    assert set(refused.value.fields) == {"username", "name", "email"}


def test_a_sign_in_ends_with_a_reason_and_comes_back(editor: Person) -> None:
    with pytest.raises(Invalid):
        deactivate_person(editor, " ", by=None)
    deactivate_person(editor, "退休", by=None)
    deactivate_person(editor, "退休", by=None)
    assert [e.verb for e in audit.entries_for(editor)].count("accounts.person.deactivate") == 1
    assert reactivate_person(editor, by=None).must_renew


def test_renewal_may_set_a_new_password(editor: Person) -> None:
    password = renew_credentials(editor, by=None, new_password=True)
    assert Person.objects.get(pk=editor.pk).check_password(password)
    assert renew_credentials(editor, by=None) == ""


def test_quiet_hours_need_both_ends(editor: Person) -> None:
    for start, end in ((time(22), None), (None, time(7)), (time(8), time(8))):
        with pytest.raises(Invalid):
            set_preferences(editor, by=editor, quiet_from=start, quiet_until=end)
    changed = set_preferences(editor, by=editor, quiet_from=time(22), quiet_until=time(7), language="en")
    assert (changed.language, changed.quiet_from) == ("en", time(22))
    with pytest.raises(Invalid):
        set_preferences(editor, by=editor, language="tlh")


def test_the_form_of_preferences_carries_them(editor: Person) -> None:
    typed = {"name": "陈晏", "language": "en", "quiet_from": "22:00", "quiet_until": ""}
    assert list(PreferencesForm(typed, instance=editor).errors) == ["quiet_until"]
    form = PreferencesForm({**typed, "quiet_until": "07:00"}, instance=editor)
    assert form.is_valid(), form.errors
    assert form.cleaned_data["quiet_from"] == time(22)
