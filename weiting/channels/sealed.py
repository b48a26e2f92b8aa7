"""Every table that keeps something sealed, found by its columns, whoever's it is: which keys are in use there."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from django.apps import apps
from django.db import models

from weiting.channels import vault

COLUMNS = {"sealed", "sealed_with"}


@dataclass(frozen=True)
class Use:
    """How many rows of a table are sealed with a key; `is_present` of the key that seals now."""

    table: str
    key: str
    rows: int
    is_present: bool
    is_known: bool


def tables() -> Iterator[type[models.Model]]:
    """Yield every model that keeps something sealed."""
    for each in apps.get_models():
        if {field.name for field in each._meta.concrete_fields} >= COLUMNS:
            yield each


def uses() -> list[Use]:
    """List which keys are in use in which tables."""
    found, now = [], vault.present()
    for each in tables():
        rows = each._default_manager.exclude(sealed_with="").values_list("sealed_with", flat=True).order_by()
        counted = Counter(dict(rows.annotate(n=models.Count("pk")).values_list("sealed_with", "n")))
        found += [
            Use(each._meta.label, key, n, key == now, vault.is_known(key))
            for key, n in sorted(counted.items())
        ]
    return found
