"""The demo city keeps out of a hall that is somebody's own."""

import pytest
from django.core.management import CommandError, call_command

from weiting.demo import queries
from weiting.units.models import Unit


@pytest.mark.django_db
def test_a_hall_that_is_not_the_demo_is_neither_loaded_over_nor_emptied():
    Unit.objects.create(
        name="云溪市", short_name="云溪", slug="real", path="1.", depth=0, kind="city", seal_text="云"
    )
    assert not queries.is_demo()
    with pytest.raises(CommandError):
        call_command("load_demo")
    with pytest.raises(CommandError):
        call_command("reset_demo", "--yes")
    assert Unit.objects.count() == 1
