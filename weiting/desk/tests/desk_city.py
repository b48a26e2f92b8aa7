"""Makers for tests of the writing half: the cast of review's tests, and a way to sign them in."""

from typing import Any

from django.test import Client

from weiting.accounts.models import Person
from weiting.posts.models import Post


def signed_in(person: Person) -> Client:
    """Return a browser without JavaScript in which somebody is signed in."""
    client = Client()
    client.force_login(person)
    return client


def page_of(post: Post, rest: str = "") -> str:
    """Return a text's address at the desk."""
    return f"/desk/write/{post.public_id}/{rest}"


def typed(post: Post, **more: Any) -> dict[str, Any]:
    """Return what the composer's form holds, as a browser without JavaScript would send it."""
    post = Post.objects.select_related("working").get(pk=post.pk)
    working = post.working
    assert working is not None
    return {
        "saves": working.saves,
        "number": working.number,
        "title": working.title,
        "body": working.body,
        "summary": working.summary,
        "weibo": "",
        "wechat": "",
        "klass": post.klass,
        "purpose": post.purpose,
        "risk": post.risk,
        "provenance": post.provenance,
        "release": "later",
        "zone": "Asia/Shanghai",
        "do": "save",
        **more,
    }
