"""Media, columns, topics, templates, assignments and issues at the desk, with plain forms."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from weiting.desk.tests.desk_city import page_of, signed_in, typed
from weiting.media.tests.make import photo
from weiting.posts import actions as posts
from weiting.posts.models import Assignment, Column, Issue, Template, Topic
from weiting.publishing.tests.make import published
from weiting.review.tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def c(freeze):
    """Give a city at a known hour."""
    freeze("2026-11-21 10:00")
    return make.city()


def upload(name: str, data: bytes, **said: str) -> dict[str, object]:
    """Return what the upload form sends."""
    return {"file": SimpleUploadedFile(name, data), "rights": "own", **said}


def test_a_picture_is_uploaded_described_put_in_order_and_taken_out(c):
    post = make.draft(c)
    editor = signed_in(c.editor)
    for n, width in enumerate((800, 820)):
        said = upload(f"{n}.jpg", photo(width), alt=f"第 {n} 张", faces_checked="on")
        answer = editor.post(page_of(post, "media/"), said)
        assert answer["Location"].endswith("#media"), answer.content.decode()[:3000]
    post.refresh_from_db()
    first, second = post.working.media.select_related("asset")
    page = editor.get(page_of(post)).content.decode()
    assert f'name="alt-{first.asset.public_id}"' in page
    editor.post(page_of(post), typed(post, do=f"media-down:{first.asset.public_id}"))
    assert [place.pk for place in post.working.media.all()] == [second.pk, first.pk]
    editor.post(page_of(post), typed(post, **{f"alt-{first.asset.public_id}": "送水车在南门"}))
    first.refresh_from_db()
    assert first.alt == "送水车在南门"
    editor.post(page_of(post), typed(post, do=f"media-out:{first.asset.public_id}"))
    assert post.working.media.count() == 1
    assert editor.get("/desk/write/library/").status_code == 200
    assert editor.get(f"/desk/write/library/{first.asset.public_id}/").status_code == 200
    assert signed_in(c.stranger).get(f"/desk/write/library/{first.asset.public_id}/").status_code == 404


def test_a_file_that_is_no_picture_is_refused_with_a_sentence(c):
    post = make.draft(c)
    answer = signed_in(c.editor).post(page_of(post, "media/"), upload("a.jpg", b"MZ not a picture", alt="图"))
    assert answer.status_code == 422
    assert 'role="alert"' in answer.content.decode()
    assert not post.working.media.exists()


def test_a_file_without_a_description_is_not_put_in(c):
    post = make.draft(c)
    answer = signed_in(c.editor).post(page_of(post, "media/"), upload("a.jpg", photo()))
    assert answer.status_code == 422
    assert not post.working.media.exists()


def test_a_column_is_opened_changed_and_closed_by_the_hall_editor_only(c):
    hall = signed_in(c.hall_editor)
    said = {
        "name": "停水早知道",
        "owner": c.water.pk,
        "rhythm": "weekly",
        "rhythm_day": "9",
        "color": "#2b4c7e",
    }
    refused = hall.post("/desk/shelves/columns/new/", said)
    assert refused.status_code == 422
    assert 'href="#id_rhythm_day"' in refused.content.decode()
    hall.post("/desk/shelves/columns/new/", said | {"rhythm_day": "1"})
    column = Column.objects.get()
    taken = hall.post("/desk/shelves/columns/new/", said | {"rhythm_day": "1"})
    assert 'href="#id_name"' in taken.content.decode()
    hall.post(f"/desk/shelves/columns/{column.slug}/", said | {"rhythm_day": "2", "name": "停水"})
    hall.post(f"/desk/shelves/columns/{column.slug}/", {"do": "close"})
    column.refresh_from_db()
    assert (column.name, column.rhythm_day, column.closed_on is not None) == ("停水", 2, True)
    assert signed_in(c.editor).get("/desk/shelves/columns/new/").status_code == 404


def test_a_topic_is_opened_and_changed(c):
    hall = signed_in(c.hall_editor)
    hall.post("/desk/shelves/topics/new/", {"name": "#用水#", "color": "#5b6472"})
    topic = Topic.objects.get()
    hall.post(f"/desk/shelves/topics/{topic.slug}/", {"name": "冬季用水", "color": "#5b6472"})
    topic.refresh_from_db()
    assert topic.name == "冬季用水"


def test_a_template_leaves_the_lists_and_comes_back(c):
    hall = signed_in(c.hall_editor)
    hall.post(
        "/desk/shelves/templates/new/",
        {"unit": "", "name": "停水通知", "klass": "service", "body": "【日期】停水。"},
    )
    template = Template.objects.get()
    assert "停水通知" in signed_in(c.editor).get("/desk/shelves/templates/").content.decode()
    assert signed_in(c.editor).get(f"/desk/write/new/?template={template.pk}").status_code == 200
    answer = hall.post(f"/desk/shelves/templates/{template.pk}/retire/")
    assert "停水通知" in answer.content.decode()
    assert "停水通知" not in signed_in(c.editor).get("/desk/shelves/templates/").content.decode()
    hall.post(f"/desk/shelves/templates/{template.pk}/retire/", {"do": "back"})
    assert "停水通知" in signed_in(c.editor).get("/desk/shelves/templates/").content.decode()


def test_an_assignment_is_sent_answered_written_and_finished(c, freeze):
    hall, editor, other = signed_in(c.hall_editor), signed_in(c.editor), signed_in(c.stranger)
    said = {
        "title": "节前供水",
        "brief": "有数字",
        "due_at": "2026-11-25T18:00",
        "units": [c.water.pk, c.roads.pk],
    }
    past = hall.post("/desk/write/assignments/new/", said | {"due_at": "2026-11-01T18:00"})
    assert past.status_code == 422
    assert 'value="2026-11-01T18:00"' in past.content.decode()
    hall.post("/desk/write/assignments/new/", said)
    asked = Assignment.objects.get()
    address = f"/desk/write/assignments/{asked.public_id}/"
    mine, theirs = asked.targets.get(unit=c.water), asked.targets.get(unit=c.roads)
    assert editor.get(address).status_code == 200
    assert editor.post(address, {"do": "accept", "target": theirs.pk}).status_code == 404
    assert other.post(address, {"do": "decline", "target": theirs.pk, "reason": ""}).status_code == 422
    other.post(address, {"do": "decline", "target": theirs.pk, "reason": "与我们无关"})
    editor.post(
        "/desk/write/new/", {"assignment": mine.pk, "unit": c.water.pk, "title": "供水", "klass": "service"}
    )
    mine.refresh_from_db()
    assert mine.state == "accepted"
    done = published(c, freeze)
    editor.post(address, {"do": "finish", "target": mine.pk, "post": done.public_id})
    mine.refresh_from_db()
    theirs.refresh_from_db()
    assert (mine.state, theirs.state) == ("done", "declined")
    assert "与我们无关" in hall.get(address).content.decode()


def test_an_issue_is_composed_put_in_order_and_submitted(c, freeze):
    first, second = published(c, freeze), published(c, freeze)
    editor = signed_in(c.editor)
    editor.post("/desk/write/issues/", {"unit": c.water.pk, "title": "这周的水"})
    issue = Issue.objects.get()
    address = f"/desk/write/issues/{issue.public_id}/"

    def send(do: str, **more: object):
        issue.refresh_from_db()
        ids = list(issue.articles.order_by("position").values_list("post__public_id", "title", "digest"))
        fields = {f"{i}-title": title for i, title, _d in ids} | {
            f"{i}-digest": digest for i, _t, digest in ids
        }
        base = {"saves": issue.saves, "title": issue.title, "post": [i for i, _t, _d in ids], "do": do}
        return editor.post(address, {**base, **fields, "release": "later", "zone": "Asia/Shanghai", **more})

    assert send("submit", no_secrets="on").status_code == 422
    send(f"add:{first.public_id}")
    send(f"add:{second.public_id}")
    send(f"up:{second.public_id}")
    assert list(issue.articles.values_list("post", flat=True)) == [second.pk, first.pk]
    stale = send("save", saves=0, title="旧的")
    assert stale.status_code == 409
    assert "旧的" in stale.content.decode()
    assert signed_in(c.stranger).get(address).status_code == 404
    answer = send("submit", no_secrets="on")
    assert answer.status_code == 302, answer.content.decode()[:4000]
    issue.refresh_from_db()
    assert issue.state == "in_review"
    assert editor.get(address).status_code == 200


def test_a_phrase_stands_ready_in_the_composer(c):
    Template.objects.create(name="送水电话", body="打 0599-1234500。", unit=c.water, is_phrase=True)
    post = posts.start_post(c.water, by=c.editor, title="停水")
    assert "打 0599-1234500。" in signed_in(c.editor).get(page_of(post)).content.decode()


def test_an_issue_keeps_what_other_units_have_made_public(c, freeze):
    editor = signed_in(c.editor)
    issue = posts.start_issue(c.water, by=c.editor, title="一周")
    other = published(c, freeze)
    other.unit = c.roads
    other.save(update_fields=["unit"])
    page, key = f"/desk/write/issues/{issue.public_id}/", other.public_id
    assert editor.post(page, {"saves": 0, "title": "一周", "do": f"add:{key}"}).status_code == 302
    said = {"saves": 1, "title": "这一周", "post": key, f"{key}-title": "送水车", "do": "save"}
    assert editor.post(page, said).status_code == 302
    assert [row.post_id for row in issue.articles.all()] == [other.pk]
