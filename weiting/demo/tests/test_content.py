"""The demo's content keeps its promises: counts, references, dates, plain words, no copies, the same on every run."""

from __future__ import annotations

import io
import os
import re
import subprocess
import sys
from collections import Counter
from datetime import date
from pathlib import Path

import pytest
from PIL import Image

from weiting.demo.content import (
    accounts,
    assignments,
    batches,
    columns,
    duty,
    issues,
    people,
    pictures,
    remits,
    templates,
    topics,
    units,
)
from weiting.demo.content.posts.compose import Originality
from weiting.demo.content.posts.desk import DESK
from weiting.demo.content.posts.year import posts, published
from weiting.demo.content.shapes import Picture

ALL = tuple(posts())
PUBLIC = published()
KEYS = {post.key for post in ALL}
OFFICIALESE = (
    "高度重视",
    "有关部门",
    "相关部门",
    "尽快",
    "积极推进",
    "切实",
    "扎实",
    "全力以赴",
    "认真贯彻",
    "进一步",
    "大力",
    "稳步",
    "广大群众",
    "广大市民",
    "深入开展",
    "有序推进",
    "温馨提示",
    "敬请谅解",
    "不便之处",
    "统筹推进",
    "抓好落实",
    "保驾护航",
    "取得实效",
    "圆满",
)


def texts() -> list[tuple[str, str]]:
    """Pair every sentence the demo shows with where it stands."""
    found = [(post.key, f"{post.title}\n{post.body}") for post in ALL]
    found += [(unit.key, f"{unit.about} {unit.address} {unit.phone}") for unit in units.UNITS]
    found += [(item.key, f"{item.title} {item.brief}") for item in assignments.ASSIGNMENTS]
    found += [(item.slug, f"{item.title} {item.body}") for item in templates.TEMPLATES]
    found += [(str(shift.starts_at), shift.handover) for shift in duty.ROSTER]
    return found


def test_the_city_has_the_units_it_claims() -> None:
    kinds = Counter(unit.kind for unit in units.UNITS if unit.state != "closed")
    assert (kinds["bureau"], kinds["subdistrict"], kinds["community"]) == (75, 17, 17)
    assert kinds["grid"] >= 51 and kinds["district"] >= 3
    assert len(units.BY_KEY) == len(units.UNITS)
    assert len({unit.account for unit in units.UNITS}) == len(units.UNITS)
    assert len([unit for unit in units.UNITS if unit.state == "silent"]) in (4, 5)
    assert all(unit.successor in units.BY_KEY and unit.closed_on for unit in units.CLOSED)
    assert all(1 <= len(unit.seal) <= 4 for unit in units.UNITS)


def test_every_unit_hangs_in_a_tree_of_five_levels() -> None:
    def depth(key: str) -> int:
        parent = units.BY_KEY[key].parent
        return 1 + depth(parent) if parent else 1

    assert max(depth(unit.key) for unit in units.UNITS) == 5


def test_columns_topics_people_and_accounts_resolve() -> None:
    assert len(columns.COLUMNS) == 25 and len({c.name for c in columns.COLUMNS}) == 25
    assert len(topics.WECHAT_TOPICS) == 12 and len(topics.FREE_TOPICS) >= 15
    assert all(column.owner in units.BY_KEY for column in columns.COLUMNS)
    assert len(people.PEOPLE) >= 60
    assert all(
        p.unit in units.BY_KEY and (not p.substitute or p.substitute in people.BY_NAME) for p in people.PEOPLE
    )
    assert len(people.SIGNINS) == 10 and all(s.person in people.BY_NAME for s in people.SIGNINS)
    assert len(accounts.PERSONAL) == 10
    assert len({account.key for account in accounts.ACCOUNTS}) == len(accounts.ACCOUNTS)
    assert {account.state for account in accounts.ACCOUNTS} == {"open", "frozen", "handing_over", "closed"}
    per_unit = Counter(matter.unit for matter in remits.MATTERS)
    assert all(3 <= per_unit[bureau.key] <= 8 for bureau in units.BUREAUS)


def test_there_are_enough_posts_of_every_sort() -> None:
    assert len(PUBLIC) >= 3200
    assert sum(post.hand_written for post in PUBLIC) >= 260
    assert sum(bool(post.corrections) for post in PUBLIC) >= 40
    assert sum(bool(post.follow_up_of) for post in PUBLIC) >= 60
    assert sum(post.policy_part == "explanation" for post in PUBLIC) >= 20
    assert sum(post.picture is not None for post in PUBLIC) >= 400
    assert sum(len(post.body) >= 600 for post in PUBLIC) >= 50
    assert len(DESK) >= 30
    assert {post.state for post in DESK} >= {
        "draft",
        "in_review",
        "returned",
        "approved",
        "held",
        "emergency",
    }


def test_every_active_unit_speaks_at_least_twelve_times_a_year() -> None:
    spoken = Counter(post.unit for post in PUBLIC)
    late = {*units.NEWCOMERS, *(grid.key for grid in units.GRIDS if grid.parent in units.NEWCOMERS)}
    quiet = {
        unit.key: spoken[unit.key]
        for unit in units.UNITS
        if unit.state == "active"
        and unit.kind != "city"
        and spoken[unit.key] < (3 if unit.key in late else 12)
    }
    assert quiet == {}


def test_silent_units_are_silent_for_exactly_as_long_as_they_say() -> None:
    for key, days in units.SILENT.items():
        last = max(post.published_at[:10] for post in PUBLIC if post.unit == key)
        assert (date(2026, 11, 21) - date.fromisoformat(last)).days == days, key


def test_everything_a_post_names_exists() -> None:
    assert len(KEYS) == len(ALL)
    slugs = {topic.slug for topic in topics.TOPICS}
    for post in ALL:
        assert post.unit in units.BY_KEY and units.BY_KEY[post.unit].state != "closed", post.key
        assert post.author in people.BY_NAME and post.column in columns.BY_SLUG, post.key
        assert set(post.topics) <= slugs, post.key
        assert not post.follow_up_of or post.follow_up_of in KEYS, post.key
        assert not post.explains or post.explains in KEYS, post.key
        assert post.picture is None or post.picture.motif in pictures.MOTIFS, post.key
        for fix in post.corrections:
            assert fix.right in post.body and fix.wrong != fix.right, post.key
        for note in post.comments:
            assert note.by in people.BY_NAME and note.passage in post.title + post.body, post.key


def test_a_result_comes_after_its_promise() -> None:
    by_key = {post.key: post for post in ALL}
    for post in PUBLIC:
        if post.follow_up_of:
            assert by_key[post.follow_up_of].published_at < post.published_at, post.key


def test_times_lie_inside_the_year_and_what_waits_lies_outside_the_public() -> None:
    assert all("2025-11-22" <= post.published_at[:10] <= "2026-11-21" for post in PUBLIC)
    assert all(post.published_at.endswith("+08:00") for post in ALL)
    assert all(post.published_at[:10] > "2026-11-21" for post in DESK if post.state == "approved")


def test_weekdays_are_the_right_ones() -> None:
    pattern = re.compile(r"(\d{1,2}) 月 (\d{1,2}) 日[（ ]周([一二三四五六日])")
    wrong = []
    for post in ALL:
        written = date.fromisoformat(post.published_at[:10])
        for month, day, name in pattern.findall(f"{post.title}\n{post.body}"):
            near = min(
                (date(year, int(month), int(day)) for year in (2025, 2026, 2027)),
                key=lambda d: abs((d - written).days),
            )
            if "一二三四五六日"[near.weekday()] != name:
                wrong.append((post.key, month, day, name))
    assert wrong == []


def test_nobody_speaks_officialese() -> None:
    found = [(where, word) for where, text in texts() for word in OFFICIALESE if word in text]
    assert found == []


def test_no_telephone_number_could_belong_to_anybody() -> None:
    allowed = re.compile(r"0599-12\d\d \d{3}")
    found = []
    for where, text in texts():
        rest = allowed.sub("", text)
        found += [
            (where, n) for n in re.findall(r"1[3-9]\d[ -]?\d{4}[ -]?\d{4}|0\d{2,3}-\d{3,}|\d{7,}", rest)
        ]
    assert found == []


def test_titles_and_bodies_have_a_readable_length() -> None:
    long = [
        (p.key, len(p.title.replace(" ", ""))) for p in ALL if not 6 <= len(p.title.replace(" ", "")) <= 28
    ]
    assert long == []
    assert [p.key for p in ALL if not (30 if p.state != "published" else 55) <= len(p.body) <= 1500] == []
    assert all(len(p.summary) <= 120 for p in ALL)
    assert not [p.key for p in ALL if re.search(r"\{[a-z+\d]", p.title + p.body)]


def test_no_two_posts_read_as_copies() -> None:
    assert len({post.body for post in ALL}) == len(ALL)
    sieve = Originality()
    masks = [(post, sieve.mask(post.body)) for post in ALL]
    found = []
    seen: dict[str, list[tuple[str, int, int]]] = {}
    for post, bits in masks:
        size, limit = bits.bit_count(), 0.9 if post.column in ("caijia", "zhaogong", "zhangdan") else 0.8
        group = seen.setdefault(post.column, [])
        for key, other, n in group:
            if 2 * (bits & other).bit_count() > limit * (size + n):
                found.append((post.key, key))
        group.append((post.key, bits, size))
    assert found == []


def test_issues_assignments_templates_and_batches_resolve() -> None:
    assert len([issue for issue in issues.ISSUES if issue.state == "published"]) >= 68
    public = {post.key: post for post in PUBLIC}
    for issue in issues.ISSUES:
        assert 1 <= len(issue.articles) <= 8
        for article in issue.articles:
            assert article.post in public and len(article.title) <= 64 and len(article.digest) <= 120
            assert public[article.post].published_at < issue.published_at, (issue.number, article.post)
    assert len(assignments.ASSIGNMENTS) >= 15
    assert {item.state for item in assignments.ASSIGNMENTS} == {"open", "done", "overdue"}
    for item in assignments.ASSIGNMENTS:
        assert (
            set(item.units) <= set(units.BY_KEY)
            and item.column in columns.BY_SLUG
            and item.given_at < item.due_at
        )
        assert set(item.answered_by) <= KEYS
    assert len(templates.TEMPLATES) >= 20
    assert all(t.unit in units.BY_KEY and t.column in columns.BY_SLUG for t in templates.TEMPLATES)
    assert len(batches.BATCHES[0].units) == 33
    joined = [key for batch in batches.BATCHES for key in batch.units]
    assert len(joined) == len(set(joined)) == 109
    assert len(duty.ROSTER) == 58
    assert all(shift.person in people.BY_NAME and shift.backup in people.BY_NAME for shift in duty.ROSTER)


def test_the_year_is_the_same_on_every_run_and_quick() -> None:
    script = (
        "import hashlib; from weiting.demo.content.posts.year import posts;"
        "print(hashlib.sha256(repr(tuple(posts())).encode()).hexdigest())"
    )
    started = os.times()
    digests = {
        subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout
        for _ in range(2)
    }
    assert len(digests) == 1
    ended = os.times()
    assert (ended.children_user - started.children_user) / 2 < 10


@pytest.mark.parametrize("motif", sorted(pictures.MOTIFS))
def test_a_picture_is_drawn_the_same_twice_and_in_the_stated_size(motif: str) -> None:
    spec = Picture(motif, 7, "x")
    first = pictures.draw(spec)
    assert first == pictures.draw(spec) != pictures.draw(Picture(motif, 8, "x"))
    assert Image.open(io.BytesIO(first)).size == (1280, 800)


def test_the_content_imports_nothing_but_itself() -> None:
    for file in Path(units.__file__).parent.rglob("*.py"):
        for line in re.findall(r"(?m)^\s*(?:from|import) (\S+)", file.read_text(encoding="utf-8")):
            assert not line.startswith(("django", "config")), file
            assert not line.startswith("weiting") or line.startswith("weiting.demo.content"), file
