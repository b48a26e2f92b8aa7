"""Lets search find single characters by terms, columns and classes by marks: makes every search document again."""

from django.contrib.postgres.search import SearchVectorField
from django.db import migrations
from django.db.models import Value
from django.db.models.functions import Cast

from weiting.posts.slices import marks_of
from weiting.text.search import to_tsvector_literal


def index_again(apps, schema_editor):  # type: ignore[no-untyped-def]
    """Make the documents as `weiting.posts.actions.opening` makes them."""
    entries = apps.get_model("posts", "SearchEntry").objects
    topics = apps.get_model("posts", "PostTopic").objects
    found = entries.select_related("post__live", "post__unit", "post__column")
    for entry in found.iterator(500):
        post = entry.post
        shelves = [post.unit.name, post.unit.short_name, post.column.name if post.column else ""]
        shelves += topics.filter(post=post).values_list("topic__name", flat=True)
        words = to_tsvector_literal(
            {
                "A": post.live.title,
                "B": " ".join(filter(None, shelves)),
                "C": post.live.summary,
                "D": post.live.body,
            }
        )
        marks = marks_of(post.unit_id, post.column_id, post.klass, entry.published_at)
        document = f"{words} {marks}"
        entries.filter(pk=entry.pk).update(document=Cast(Value(document), SearchVectorField()))


class Migration(migrations.Migration):
    dependencies = [("posts", "0001_initial")]

    operations = [migrations.RunPython(index_again, migrations.RunPython.noop, elidable=True)]
