"""The page of the city's own words: listed for all who read, changed by the hall's editor, offered in the composer."""

import pytest

from weiting.desk.tests.desk_city import page_of, signed_in
from weiting.posts.models import OwnWord
from weiting.review.tests import make

pytestmark = pytest.mark.django_db

SAID = {
    "wrong": "云溪发部",
    "right": "云溪发布",
    "reason": "市里的叫法",
    "source": "",
    "but": "",
    "is_on": "on",
}


def test_a_word_is_added_changed_and_switched_off(c):
    desk = signed_in(c.hall_editor)
    assert desk.post("/desk/shelves/words/new/", SAID)["Location"] == "/desk/shelves/words/"
    word = OwnWord.objects.get()
    assert "云溪发部" in desk.get("/desk/shelves/words/").content.decode()
    desk.post(f"/desk/shelves/words/{word.pk}/", {**SAID, "is_on": "", "reason": "改了"})
    word.refresh_from_db()
    assert (word.is_on, word.reason, word.by) == (False, "改了", c.hall_editor)


def test_a_refused_word_comes_back_with_its_reason(c):
    answer = signed_in(c.hall_editor).post("/desk/shelves/words/new/", {**SAID, "wrong": "云"})
    assert answer.status_code == 422 and 'id="id_wrong-error"' in answer.content.decode()
    answer = signed_in(c.hall_editor).post("/desk/shelves/words/new/", {**SAID, "right": "云溪发部"})
    assert answer.status_code == 422 and not OwnWord.objects.exists()


def test_the_same_word_twice_is_refused_on_its_page(c):
    desk = signed_in(c.hall_editor)
    desk.post("/desk/shelves/words/new/", SAID)
    assert desk.post("/desk/shelves/words/new/", SAID).status_code == 422


def test_editors_read_the_list_and_change_nothing(c):
    signed_in(c.hall_editor).post("/desk/shelves/words/new/", SAID)
    desk = signed_in(c.editor)
    html = desk.get("/desk/shelves/words/").content.decode()
    assert "云溪发部" in html and "/desk/shelves/words/new/" not in html
    assert desk.get("/desk/shelves/words/new/").status_code == 404


def test_the_composer_offers_the_right_form(c):
    signed_in(c.hall_editor).post("/desk/shelves/words/new/", SAID)
    post = make.draft(c, body="请关注云溪发部的通知。")
    html = signed_in(c.editor).get(page_of(post)).content.decode()
    assert 'data-better="云溪发布"' in html and "市里的叫法" in html
