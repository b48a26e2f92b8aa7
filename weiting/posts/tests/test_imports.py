"""Importing older posts: what is read adds up, nothing comes twice, every refusal says which row and why."""

import json
from pathlib import Path

import pytest
from django.core.management import call_command
from django.utils import translation

from weiting import audit
from weiting.core.errors import Invalid
from weiting.core.mappings import mapping_from
from weiting.core.tables import RowError, load_mapping
from weiting.posts import content, imports
from weiting.posts.models import Post, PostTopic, SearchEntry, Topic
from weiting.posts.queries import public_posts, search_public
from weiting.posts.tests import make

HEADER = "mid,time,content,weibo_topic,forward,comment,like,weibo_url\n"
MAPPING = Path(imports.__file__).parent / "data" / "weibo_mapping.toml"


def line(
    mid: str, at: str = "2020-01-01 08:55", body: str = "今天停水", title: str = "", likes: str = "3.0"
) -> str:
    return f'{mid},{at},"{body}",{title},1.0,2.0,{likes},https://weibo.example/{mid}\n'


@pytest.fixture
def run(c: make.City, tmp_path: Path):
    """Import these lines; returns the outcome and the rows refused."""

    def run(*lines: str, mapping=None, **options):
        path = tmp_path / "old.csv"
        path.write_text(HEADER + "".join(lines), encoding="utf-8")
        refused: list[RowError] = []
        with translation.override("en"):
            outcome = imports.import_posts(
                path,
                mapping=mapping or load_mapping(MAPPING),
                unit=options.pop("unit", c.water),
                by=options.pop("by", None),
                rejected=refused.append,
                **options,
            )
        return outcome, refused

    return run


def test_an_imported_post_is_public_dated_as_it_was_and_found_by_search(run, c):
    outcome, refused = run(line("A1", body="【阳台花友会】周六开门，带盆自己的花来"))
    assert (outcome.read, outcome.imported, refused) == (1, 1, [])
    post = public_posts().get(unit=c.water)
    assert post.live.title == "阳台花友会"
    assert post.published_at.isoformat() == "2020-01-01T00:55:00+00:00"
    assert [found.pk for found in search_public("花友会").posts] == [post.pk]


def test_the_seal_of_an_imported_version_is_that_of_its_words(run):
    run(line("A1"))
    post = Post.objects.get()
    assert post.live.content_hash == content.content_hash(post.live)


def test_figures_are_kept_with_their_day_and_nowhere_else(run):
    run(line("A1", likes='"13,808"'))
    origin = Post.objects.get().origin
    assert origin["counts"] == {"reposts": 1, "comments": 2, "likes": 13808}
    assert origin["counted_on"] == "2020-12-31"


@pytest.mark.parametrize(
    ("bad", "column", "word"),
    [
        (line("B", body="  "), "body", "text"),
        (line("B", at="gestern"), "time", "gestern"),
        (line("B", at=""), "time", "missing"),
        (line("B", at="2999-01-01 10:00"), "time", "future"),
        (line("x" * 95), "id", "90"),
        (line("A1"), "id", "row 2"),
        ("B,2020-01-01 08:55\n", "", "columns"),
    ],
)
def test_a_row_that_cannot_be_taken_is_named_and_the_others_go_in(run, bad, column, word):
    outcome, refused = run(line("A1"), bad, line("A2"))
    assert (outcome.read, outcome.imported, outcome.rejected) == (3, 2, 1)
    assert refused[0].row == 3
    assert refused[0].column == column or not column
    assert word in refused[0].message


def test_more_broken_rows_than_a_table_remembers_are_all_named(run):
    broken = [line(f"B{n}", at="?") for n in range(1500)]
    outcome, refused = run(*broken, line("A1"))
    assert (outcome.read, outcome.imported, outcome.rejected, len(refused)) == (1501, 1, 1500, 1500)


def test_a_second_run_imports_nothing_and_says_that_all_is_there(run):
    run(line("A1"), line("A2"))
    outcome, refused = run(line("A1"), line("A2"), line("A3"))
    assert (outcome.imported, outcome.already_there, refused) == (1, 2, [])
    assert Post.objects.count() == 3


def test_a_post_without_an_id_is_known_again_by_its_time_and_words(run):
    said = mapping_from({"columns": {"time": "time", "body": "content"}})
    run(line("A1"), mapping=said)
    outcome, _refused = run(line("other"), mapping=said)
    assert outcome.already_there == 1


def test_a_post_that_stands_twice_in_the_file_is_imported_once_also_across_batches(run, monkeypatch):
    monkeypatch.setattr(imports, "BATCH", 2)
    outcome, refused = run(line("A1"), line("A2"), line("A3"), line("A1"), line("A2"))
    assert (outcome.imported, outcome.rejected) == (3, 2)
    assert [error.row for error in refused] == [5, 6]


def test_a_dry_run_counts_the_same_and_writes_nothing(run):
    outcome, refused = run(line("A1"), line("A1"), line("A2", body=""), dry_run=True)
    assert (outcome.read, outcome.imported, outcome.rejected, len(refused)) == (3, 1, 2, 2)
    assert not Post.objects.exists()


def test_drafts_lie_on_the_desk_and_are_not_found(run, c):
    run(line("A1", body="今天停水八小时"), as_draft=True)
    post = Post.objects.get()
    assert (post.state, post.live, post.working.sealed_at) == ("draft", None, None)
    assert not SearchEntry.objects.exists()
    assert search_public("停水").total == 0


def test_hashtags_become_topics_only_when_the_mapping_says_so(run):
    body = "#防汛# 今晚有雨 #云溪天气#"
    run(line("A1", body=body))
    assert not Topic.objects.exists()
    said = load_mapping(MAPPING)
    said.constants["hashtags"] = "topics"
    run(line("A2", body=body), line("A3", body="#防汛# 过去了"), mapping=said)
    assert sorted(Topic.objects.values_list("name", flat=True)) == ["云溪天气", "防汛"]
    assert PostTopic.objects.filter(at__isnull=False).count() == 3
    assert len(set(Topic.objects.values_list("slug", flat=True))) == 2


@pytest.mark.parametrize(
    ("body", "title"),
    [
        ("【快看！#糯米#滚糖霜】它长大了", "快看！ 糯米 滚糖霜"),
        ("今天停水。明天来水。", "今天停水"),
        ("。。。", "。。。"),
        ("长" * 200, "长" * 59 + "…"),
        ("【】空的", "【】空的"),
    ],
)
def test_a_title_is_made_from_the_words_themselves(body, title):
    assert imports.title_from(body) == title


def test_times_without_a_zone_are_on_the_clock_the_mapping_names(run):
    said = load_mapping(MAPPING)
    said.constants["timezone"] = "Asia/Tokyo"
    run(line("A1", at="2020-01-01 09:00"), mapping=said)
    assert Post.objects.get().published_at.isoformat() == "2020-01-01T00:00:00+00:00"


@pytest.mark.parametrize(
    "said",
    [
        {"columns": {"body": "content"}},
        {"columns": {"time": "time", "body": "content", "colour": "like"}},
        {"columns": {"time": "time", "body": "content"}, "constants": {"zone": "x"}},
        {"columns": {"time": "time", "body": "content"}, "constants": {"timezone": "Moon/Crater"}},
        {"columns": {"time": "time", "body": "content"}, "constants": {"class": "gossip"}},
        {"columns": {"time": "time", "body": "no such column"}},
    ],
)
def test_a_mapping_that_does_not_fit_is_refused_before_anything_is_read(run, said):
    with pytest.raises(Invalid):
        run(line("A1"), mapping=mapping_from(said))
    assert not Post.objects.exists()


def test_json_lines_go_the_same_way(c, tmp_path):
    path = tmp_path / "old.jsonl"
    path.write_text(json.dumps({"mid": "A1", "time": "2020-01-01 08:55", "content": "停水"}) + "\n{broken\n")
    said = mapping_from({"columns": {"id": "mid", "time": "time", "body": "content"}})
    refused: list[RowError] = []
    outcome = imports.import_posts(path, mapping=said, unit=c.water, by=None, rejected=refused.append)
    assert (outcome.read, outcome.imported, outcome.rejected, refused[0].row) == (2, 1, 1, 2)


def test_each_batch_stands_in_the_audit_with_the_posts_it_brought(run, monkeypatch, c):
    monkeypatch.setattr(imports, "BATCH", 2)
    run(line("A1"), line("A2"), line("A3"), by=c.editor)
    entries = list(audit.entries_for(c.water).filter(verb="posts.post.import"))
    brought = sorted(pk for entry in entries for pk in entry.facts["posts"])
    assert brought == sorted(Post.objects.values_list("pk", flat=True))
    assert {entry.actor_id for entry in entries} == {c.editor.pk}


def test_the_unit_has_spoken_when_its_latest_post_says(run, c):
    run(line("A1", at="2020-03-01 10:00"), line("A2", at="2020-02-01 10:00"))
    c.water.refresh_from_db()
    assert c.water.last_spoke_at.isoformat() == "2020-03-01T02:00:00+00:00"


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_the_table_to_fill_in_can_be_read_back_without_a_mapping_of_ones_own(c, tmp_path, form):
    table = tmp_path / f"old.{form}"
    call_command("import_posts", template=table)
    if form == "csv":
        # Marked, so that a spreadsheet shows Chinese.
        assert table.read_bytes().startswith(b"\xef\xbb\xbf")
    call_command("import_posts", str(table), unit=c.water.slug)
    titles = list(
        public_posts().filter(unit=c.water).order_by("published_at").values_list("live__title", flat=True)
    )
    assert titles == ["水门路今晚停水", "水门路的水已经来了，比预告早了半个小时"]
