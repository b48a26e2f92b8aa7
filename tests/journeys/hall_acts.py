"""What people do in one of the two halls of a journey: a process beside its web and worker, told what to do by lines
of JSON."""

import json
import sys
from typing import Any

import django

django.setup()

from weiting.channels.models import Connection  # noqa: E402 - Django first
from weiting.fediverse import actions, addresses, queries  # noqa: E402
from weiting.fediverse.models import Followed, Note  # noqa: E402
from weiting.posts.models import Post  # noqa: E402
from weiting.publishing import actions as publishing  # noqa: E402
from weiting.publishing.models import Delivery  # noqa: E402
from weiting.publishing.tests import make as texts  # noqa: E402
from weiting.review.tests import make  # noqa: E402


class Acts:
    """A small city, its account in the fediverse, and what its people do."""

    def __init__(self) -> None:
        self.c = make.city()
        self.connection = Connection.objects.create(
            unit=self.c.water, kind="activitypub", name="联邦网络", state="live", base=addresses.base(),
            values={"handle": "gongshui"},
        )  # fmt: skip
        self.actor = actions.actor_of(self.connection)

    def address(self) -> Any:
        return queries.address_of(self.actor)

    def follow(self, address: str) -> Any:
        return actions.follow(self.connection, address, by=self.c.editor).state

    def followed(self) -> Any:
        return list(Followed.objects.values_list("state", flat=True))

    def followers(self) -> Any:
        return queries.count_followers(self.connection)

    def publish(self, title: str) -> Any:
        post = texts.approved(self.c, make.draft(self.c, title))
        publishing.plan_release(post, by=self.c.editor)
        return post.pk

    def withdraw(self, post: int) -> Any:
        return publishing.withdraw_post(Post.objects.get(pk=post), "时间写错了", by=self.c.final).state

    def delivered(self) -> Any:
        return list(Delivery.objects.order_by("pk").values_list("state", flat=True))

    def received(self) -> Any:
        return [{"uri": each.uri, "html": each.html} for each in queries.received_for(self.connection)]

    def relay(self, uri: str) -> Any:
        return addresses.note(actions.announce(self.connection, uri, "relay-1", by=self.c.editor).public_id)

    def ask(self, text: str) -> Any:
        received = queries.received_for(self.connection)[0]
        return addresses.note(actions.reply(self.connection, received, text, by=self.c.editor).public_id)

    def heard(self) -> Any:
        return [
            {"kind": each.kind, "text": queries.facts_of(each).text, "by": queries.facts_of(each).by}
            for each in queries.heard_waiting(self.connection)
        ]

    def answer(self, text: str) -> Any:
        heard = queries.heard_waiting(self.connection)[0]
        return addresses.note(actions.reply(self.connection, heard, text, by=self.c.editor).public_id)

    def reactions(self) -> Any:
        note = Note.objects.filter(actor=self.actor, kind="note").first()
        return queries.reactions(note) if note else {}

    def refused(self) -> Any:
        return queries.refused_calls()


def main() -> None:
    """Do what each line says, and answer with a line."""
    acts = Acts()
    for line in sys.stdin:
        said = json.loads(line)
        try:
            found = {"is": getattr(acts, said.pop("do"))(**said)}
        except Exception as error:
            found = {"error": f"{type(error).__name__}: {error}"}
        sys.stdout.write(json.dumps(found) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
