"""Makers for tests: a small city with people in their roles, and posts in any state they need."""

from dataclasses import dataclass
from typing import Any

from weiting.accounts.models import Person
from weiting.core import clock
from weiting.core.flow import perform
from weiting.media.models import Asset
from weiting.posts import actions
from weiting.posts.flow import PostFlow
from weiting.posts.models import Column, Post
from weiting.units.models import Hall, Kind, Membership, Scope, Unit
from weiting.units.roles import Role


def unit(name: str, parent: Unit | None = None, kind: str = Kind.BUREAU, slug: str = "") -> Unit:
    """Make a unit without asking for permission: tests of posts are not about the tree."""
    made = Unit(
        parent=parent,
        kind=kind,
        slug=slug or f"u{Unit.objects.count() + 1}",
        name=name,
        short_name=name,
        seal_text=name[:2],
        depth=parent.depth + 1 if parent else 0,
        path="",
    )
    made.save()
    made.path = f"{parent.path if parent else ''}{made.pk}."
    made.save(update_fields=["path"])
    return made


def person(username: str, name: str = "") -> Person:
    """Make somebody who can sign in."""
    made = Person(username=username, name=name or username)
    made.set_unusable_password()
    made.save()
    return made


def member(who: Person, where: Unit, role: Role, scope: Scope = Scope.UNIT) -> Membership:
    """Give somebody a role."""
    vars(who).pop("_memberships_in_force", None)
    return Membership.objects.create(
        person=who,
        unit=where,
        role=role,
        scope=scope,
        from_on=clock.today().replace(month=1, day=1),
    )


@dataclass
class City:
    """A city with two bureaus and the standing cast."""

    root: Unit
    water: Unit
    roads: Unit
    hall: Hall
    column: Column
    editor: Person
    second_editor: Person
    reviewer: Person
    chief: Person
    hall_editor: Person
    stranger: Person


def city() -> City:
    """Make the cast: each person has one fixed reach, the stranger has none here."""
    root = unit("云溪市", kind=Kind.CITY, slug="yunxi")
    water, roads = (
        unit("云溪供水", root, slug="gongshui"),
        unit("云溪交通", root, slug="jiaotong"),
    )
    hall = Hall.objects.create(unit=root, slug="yunxi", name="云溪发布", is_main=True)
    people = {
        name: person(name)
        for name in (
            "editor",
            "second_editor",
            "reviewer",
            "chief",
            "hall_editor",
            "stranger",
        )
    }
    member(people["editor"], water, Role.EDITOR)
    member(people["second_editor"], water, Role.EDITOR)
    member(people["reviewer"], water, Role.FIRST_REVIEWER)
    member(people["chief"], water, Role.FINAL_REVIEWER)
    member(people["hall_editor"], root, Role.HALL_EDITOR, Scope.SUBTREE)
    member(people["stranger"], roads, Role.EDITOR)
    column = Column.objects.create(slug="tingshui", name="停水早知道", owner=water, rhythm="daily")
    return City(root=root, water=water, roads=roads, hall=hall, column=column, **people)


def draft(c: City, title: str = "明天停水", body: str = "东园社区 8:00 到 16:00 停水。") -> Post:
    """Make a draft of the water unit."""
    return actions.start_post(c.water, by=c.editor, title=title, body=body, column=c.column)


def published(c: City, title: str = "明天停水", body: str = "东园社区 8:00 到 16:00 停水。") -> Post:
    """Make a public post the short way: review and release have tests of their own."""
    return release(c, draft(c, title, body))


def release(c: City, post: Post) -> Post:
    """Make a draft public the short way."""
    revision = actions.seal_working(post, by=c.editor)
    post.refresh_from_db()
    perform(post, PostFlow.submit)
    perform(post, PostFlow.approve)
    perform(post, PostFlow.publish, live=revision, working=None, published_at=clock.now())
    actions.became_public(post)
    return Post.objects.get(pk=post.pk)


def picture(c: City, **given: Any) -> Asset:
    """Make a picture of the water unit that may be shown."""
    number = Asset.objects.count() + 1
    ready = {
        "kind": "picture",
        "unit_id": c.water.pk,
        "sha256": f"{number:064x}",
        "bytes": 1,
        "mime": "image/webp",
        "renditions": [{"name": "master", "path": f"{number}.webp"}],
        "alt": "水表",
        "rights": "own",
        "faces_checked_by": c.editor,
        "faces_checked_at": clock.now(),
    }
    return Asset.objects.create(**(ready | given))


def retire(asset: Asset) -> None:
    """Take a picture out of use."""
    asset.retired_at, asset.retired_reason = clock.now(), "拍到了人脸"
    asset.save()
