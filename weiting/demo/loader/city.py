"""What the loader has made so far, by the keys of the content."""

from dataclasses import dataclass, field

from weiting.accounts.models import Person
from weiting.demo import content
from weiting.demo.loader.diary import Diary
from weiting.posts.models import Column, Post, Topic
from weiting.units.models import Hall, Unit


@dataclass
class City:
    """The invented city while it is being built from what was written for this moment."""

    seeds: content.City
    diary: Diary = field(default_factory=Diary)
    units: dict[str, Unit] = field(default_factory=dict)
    halls: dict[str, Hall] = field(default_factory=dict)
    people: dict[str, Person] = field(default_factory=dict)
    columns: dict[str, Column] = field(default_factory=dict)
    topics: dict[str, Topic] = field(default_factory=dict)
    posts: dict[str, Post] = field(default_factory=dict)
