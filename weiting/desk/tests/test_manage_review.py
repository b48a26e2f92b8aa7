"""Reviewing at the desk and by telephone: what is asked is shown, what is refused keeps its words, links serve once."""

import re
from collections.abc import Callable

from django.test import Client

from weiting.accounts.models import Person
from weiting.audit.models import Entry
from weiting.posts.models import Post
from weiting.publishing import actions as publishing
from weiting.publishing.models import Release
from weiting.review import actions, standing
from weiting.review.models import Policy, Remark, Round, Verdict
from weiting.review.tests import make
from weiting.units.roles import Role

SignIn = Callable[[Person], Client]


def ticked(round_: Round, **more: object) -> dict[str, object]:
    """Return what a reviewer's form sends when everything is ticked."""
    step = make.open_step(round_)
    return {
        "step": step.pk, "content_hash": round_.content_hash, "checked": step.checklist, "no_secrets": "on", **more,
    }  # fmt: skip


def test_the_text_its_checklist_and_its_path_are_on_the_page(c: make.City, signed_in: SignIn) -> None:
    round_ = make.submit(c)
    page = signed_in(c.first).get(f"/desk/review/{round_.public_id}/")
    html = page.content.decode()
    assert page.status_code == 200
    check = "日期、数字、电话和网址已逐一核对"
    for words in ("东园社区 8:00 到 16:00 停水", "初审（一校）", check, round_.content_hash[:8]):
        assert words in html
    assert page["Cache-Control"] == "no-store, private"


def test_others_do_not_find_the_page(c: make.City, signed_in: SignIn) -> None:
    round_ = make.submit(c)
    for url in ("", "verdict/", "remark/", "recall/", "link/"):
        answer = signed_in(c.stranger).post(f"/desk/review/{round_.public_id}/{url}")
        assert answer.status_code in {404, 405}
    assert signed_in(c.stranger).get(f"/desk/review/{round_.public_id}/").status_code == 404


def test_approving_leads_on_and_needs_every_tick(c: make.City, signed_in: SignIn) -> None:
    round_ = make.submit(c)
    desk = signed_in(c.first)
    at = f"/desk/review/{round_.public_id}/verdict/"
    answer = desk.post(at, {**ticked(round_), "checked": [], "verdict": "approve"})
    assert answer.status_code == 422 and not Verdict.objects.exists()
    answer = desk.post(at, {**ticked(round_), "verdict": "approve"})
    assert answer.status_code == 302 and answer["Location"] == "/desk/review/"
    assert Verdict.objects.get().approves
    assert "初审（一校）" in signed_in(c.second).get(f"/desk/review/{round_.public_id}/").content.decode()


def test_sending_back_needs_a_reason_and_keeps_what_was_typed(c: make.City, signed_in: SignIn) -> None:
    round_ = make.submit(c)
    desk = signed_in(c.first)
    at = f"/desk/review/{round_.public_id}/verdict/"
    answer = desk.post(at, {**ticked(round_), "reason": "日期写错了", "reason_kind": "", "verdict": "return"})
    assert answer.status_code == 422 and "日期写错了" in answer.content.decode()
    answer = desk.post(
        at, {**ticked(round_), "reason": "日期写错了", "reason_kind": "facts", "verdict": "return"}
    )
    assert answer.status_code == 302
    assert Post.objects.get().state == "returned"
    today = signed_in(c.editor).get("/desk/").content.decode()
    assert "明天停水" in today


def test_the_slower_of_two_reviewers_reads_who_was_faster(c: make.City, signed_in: SignIn) -> None:
    round_ = make.submit(c)
    other = make.person("quick", "王芳")
    make.member(other, c.water, "first_reviewer")
    typed = {**ticked(round_), "verdict": "approve"}
    make.approve(make.open_step(round_), other)
    answer = signed_in(c.first).post(f"/desk/review/{round_.public_id}/verdict/", typed)
    assert answer.status_code == 409 and "王芳" in answer.content.decode()


def test_what_changed_since_the_version_sent_back_is_shown_word_by_word(
    c: make.City, signed_in: SignIn
) -> None:
    post = make.draft(c, body="东园社区 8:00 到 16:00 停水。")
    round_ = make.submit(c, post)
    actions.give_verdict(
        make.open_step(round_), by=c.first, approves=False, content_hash=round_.content_hash, reason="时间不对",
        reason_kind="facts",
    )  # fmt: skip
    make.rewrite(post, c.editor, "东园社区 9:00 到 16:00 停水。")
    again = make.submit(c, Post.objects.get(pk=post.pk))
    html = signed_in(c.first).get(f"/desk/review/{again.public_id}/").content.decode()
    assert "<del>8:00</del>" in html and "<ins>9:00</ins>" in html and "时间不对" in html


def test_a_comment_finds_its_passage_by_its_words(c: make.City, signed_in: SignIn) -> None:
    round_ = make.submit(c)
    desk = signed_in(c.first)
    at = f"/desk/review/{round_.public_id}/remark/"
    answer = desk.post(at, {"quote": "16:00 停电", "text": "写到几点？"})
    assert answer.status_code == 422 and "写到几点？" in answer.content.decode()
    assert desk.post(at, {"quote": "16:00 停水", "text": "写到几点？"}).status_code == 302
    made = Remark.objects.get()
    assert (made.field, made.quote) == ("body", "16:00 停水")
    desk.post(f"{at}{made.pk}/")
    made.refresh_from_db()
    assert made.settled_at is not None


def test_the_author_takes_a_text_back(c: make.City, signed_in: SignIn) -> None:
    round_ = make.submit(c)
    desk = signed_in(c.editor)
    assert "/recall/" in desk.get(f"/desk/review/{round_.public_id}/").content.decode()
    desk.post(f"/desk/review/{round_.public_id}/recall/")
    assert Post.objects.get().state == "draft"


def test_the_last_verdict_at_the_desk_plans_what_was_wished(c: make.City, signed_in: SignIn) -> None:
    post = make.draft(c)
    round_ = publishing.send_for_review(post, by=c.editor, release="approved", no_secrets=True)
    while round_.state == "open":
        reader = Person.objects.get(pk=min(standing.deciders(make.open_step(round_))))
        typed = {**ticked(round_), "verdict": "approve"}
        assert signed_in(reader).post(f"/desk/review/{round_.public_id}/verdict/", typed).status_code == 302
        round_.refresh_from_db()
    assert Release.objects.get().state == "planned"


def link_of(c: make.City, signed_in: SignIn, round_: Round) -> str:
    """Make a link by the desk and return its path."""
    desk = signed_in(c.editor)
    step = make.open_step(round_)
    page = desk.post(
        f"/desk/review/{round_.public_id}/link/", {"to": f"{step.pk}:{c.first.pk}"}
    ).content.decode()
    assert '<svg class="qr"' in page
    found = re.search(r"http://testserver(/desk/link/[^\"]+/)", page)
    assert found is not None
    return found[1]


def test_a_telephone_decides_once_without_signing_in(c: make.City, signed_in: SignIn, client: Client) -> None:
    round_ = make.submit(c)
    path = link_of(c, signed_in, round_)
    page = client.get(path)
    assert page.status_code == 200 and "东园社区 8:00" in page.content.decode()
    assert page["Referrer-Policy"] == "same-origin" and "noindex" in page["X-Robots-Tag"]
    typed = {**ticked(round_), "verdict": "approve"}
    refused = client.post(path, {**typed, "checked": []})
    assert refused.status_code == 422  # and the link still works
    assert client.post(path, typed).status_code == 200
    verdict = Verdict.objects.get()
    assert verdict.by_link and verdict.person == c.first
    assert Entry.objects.filter(verb="review.step.approve", origin="link").exists()
    again = client.get(path)
    assert again.status_code == 409 and "東園" not in again.content.decode()
    assert client.post(path, typed).status_code == 409
    assert Verdict.objects.count() == 1


def test_an_expired_link_says_what_to_do(c: make.City, signed_in: SignIn, client: Client, freeze) -> None:  # type: ignore[no-untyped-def]
    round_ = make.submit(c)
    path = link_of(c, signed_in, round_)
    freeze.move(hours=13)
    answer = client.get(path)
    assert answer.status_code == 409 and "东园社区" not in answer.content.decode()
    assert client.get("/desk/link/guessed/").status_code == 404


def test_an_emergency_text_is_reviewed_afterwards_by_somebody_else(c: make.City, signed_in: SignIn) -> None:
    round_ = make.submit(c, lane="emergency")
    for officer in (c.officer, c.other_officer):
        round_.refresh_from_db()
        answer = signed_in(officer).post(
            f"/desk/review/{round_.public_id}/verdict/", {**ticked(round_), "verdict": "approve"}
        )
        assert answer.status_code == 302
    desk = signed_in(c.final)
    assert "明天停水" in desk.get("/desk/review/after/").content.decode()
    at = f"/desk/review/{round_.public_id}/after/"
    assert desk.post(at, {"outcome": "correct", "note": ""}).status_code == 422
    assert desk.post(at, {"outcome": "fine", "note": ""}).status_code == 302
    round_.refresh_from_db()
    assert round_.after_by == c.final
    assert "明天停水" not in desk.get("/desk/review/after/").content.decode()


def test_the_report_says_where_texts_wait(c: make.City, signed_in: SignIn, freeze) -> None:  # type: ignore[no-untyped-def]
    make.submit(c)
    freeze.move(hours=5)
    html = signed_in(c.final).get("/desk/review/report/").content.decode()
    assert "云溪供水" in html and "初审（一校）" in html
    assert signed_in(c.editor).get("/desk/review/report/").status_code == 404


def test_a_rule_is_written_as_rows_tried_and_retired(c: make.City, admin: Person, signed_in: SignIn) -> None:
    desk = signed_in(admin)
    row = {"turn": "1", "name": "法律先审", "role": "legal", "place": "hall", "quorum": "1", "minutes": "60"}
    typed = {
        "name": "供水重大信息", "lane": "normal", "unit": c.water.pk, "klass": "affairs", "risk": "high",
        "steps-TOTAL_FORMS": "2", "steps-INITIAL_FORMS": "0",
        **{f"steps-0-{key}": value for key, value in row.items()},
        "steps-1-role": "legal", "steps-1-place": "unit",
    }  # fmt: skip
    empty = {key: value for key, value in typed.items() if key != "steps-0-name"}
    assert desk.post("/desk/policies/new/", empty).status_code == 422
    answer = desk.post("/desk/policies/new/", typed)
    assert answer.status_code == 302
    made = Policy.objects.get(name="供水重大信息")
    assert [step.name for step in made.steps.all()] == ["法律先审"]
    asked = f"?unit={c.water.pk}&lane=normal&klass=affairs&risk=high"
    assert "供水重大信息" in desk.get(f"/desk/policies/{asked}").content.decode()
    assert desk.get(f"/desk/policies/{made.pk}/").status_code == 200
    assert signed_in(c.first).get(f"/desk/policies/{made.pk}/").status_code == 404
    desk.post(f"/desk/policies/{made.pk}/retire/")
    made.refresh_from_db()
    assert made.retired_at is not None
    assert desk.post("/desk/policies/presets/").status_code == 302


def test_a_step_is_handed_to_a_colleague_who_holds_its_role_and_can_be_taken_over(
    c: make.City, signed_in: SignIn
) -> None:
    second = make.person("first_too")
    make.member(second, c.water, Role.FIRST_REVIEWER)
    round_ = make.submit(c)
    at = f"/desk/review/{round_.public_id}/"
    step = make.open_step(round_)
    assert second.name in signed_in(c.first).get(at).content.decode()
    refused = signed_in(c.first).post(
        f"{at}hand/", {"step": step.pk, "to": c.stranger.pk, "reason": "今天请假"}
    )
    assert refused.status_code == 422 and "今天请假" in refused.content.decode()
    handed = signed_in(c.first).post(f"{at}hand/", {"step": step.pk, "to": second.pk, "reason": "今天请假"})
    assert handed.status_code == 302
    assert list(standing.deciders(make.open_step(round_))) == [second.pk]
    page = signed_in(c.first).get(at).content.decode()
    assert second.name in page and "我来审" in page
    assert signed_in(c.first).post(f"{at}hand/", {"step": step.pk, "to": c.first.pk}).status_code == 302
    assert list(standing.deciders(make.open_step(round_))) == [c.first.pk]
    assert signed_in(c.stranger).post(f"{at}hand/", {"step": step.pk, "to": second.pk}).status_code == 404
