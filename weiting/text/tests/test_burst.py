"""Bursts: a word against its own past at this hour and weekday, in one pass."""

import gzip
import json
import random
from datetime import datetime, timedelta

from hypothesis import given, settings, strategies as st

from weiting.text.command import main
from weiting.text.topics import Bursts
from weiting.text.topics.bursts import name_of

START = datetime(2026, 3, 2)


def hours(days: int) -> list[tuple[datetime, list[str]]]:
    """A list with a rhythm: five titles about the rush hour each morning at eight, and some of everything else."""
    chance = random.Random(9)
    made = []
    for n in range(24 * days):
        hour = START + timedelta(hours=n)
        titles = [
            f"{chance.choice(('图书馆', '博物馆', '体育馆'))}开放第{chance.randrange(90)}天" for _ in range(5)
        ]
        if hour.hour == 8:
            titles += [f"早高峰拥堵{at}号线路" for at in range(5)]
        made.append((hour, titles))
    return made


def read(rows: list[tuple[datetime, list[str]]]) -> Bursts:
    bursts = Bursts()
    for hour, titles in rows:
        for title in titles:
            bursts.add(hour, title, 100)
    return bursts


def test_what_bursts_is_found_with_its_hour_and_its_usual_count():
    rows = hours(21)
    rows[-5][1].extend(f"洪水预警{n}级响应" for n in range(6))
    found = {burst.word: burst for burst in read(rows).found()}
    assert found["洪水"].start == rows[-5][0]
    assert found["洪水"].now == 6 and found["洪水"].usual < 1
    assert "6" in found["洪水"].why.say()


def test_a_new_name_that_no_dictionary_knows_is_given_whole():
    rows = hours(21)
    heads = ("今晚", "昨天的", "门票", "周末", "谁去")
    rows[-5][1].extend(f"{head}云溪漫步节{n}" for n, head in enumerate(heads))
    names = {burst.name for burst in read(rows).found()}
    assert names == {"云溪漫步节"}


def test_a_name_ends_where_titles_part():
    assert name_of("漫步", ["云溪漫步节开幕", "云溪漫步节门票", "云溪漫步节地铁"]) == "云溪漫步节"
    assert name_of("漫步", ["云溪漫步节", "春日漫步", "漫步江边"]) == "漫步"
    assert name_of("漫步", []) == "漫步"


def test_what_comes_each_morning_is_no_burst_but_is_one_at_night():
    rows = hours(28)
    assert "高峰" not in {burst.word for burst in read(rows).found()}
    rows[-3][1].extend(f"早高峰停运{n}" for n in range(6))
    assert "高峰" in {burst.word for burst in read(rows).found()}


def test_a_burst_of_many_hours_is_one():
    rows = hours(14)
    for at in range(-8, -4):
        rows[at][1].extend(f"洪水预警{n}级" for n in range(5))
    flood = [burst for burst in read(rows).found() if burst.word == "洪水"]
    assert [(burst.start, burst.end) for burst in flood] == [(rows[-8][0], rows[-5][0])]


def test_the_first_week_is_only_learned_from():
    rows = hours(3)
    rows[-1][1].extend(f"洪水{n}" for n in range(9))
    assert not read(rows).found()


@given(st.lists(st.tuples(st.integers(0, 400), st.text(max_size=40)), max_size=40))
@settings(max_examples=60, deadline=None)
def test_any_list_gets_an_answer(rows):
    bursts = Bursts()
    for hour, title in rows:
        bursts.add(START + timedelta(hours=hour), title)
    assert isinstance(bursts.found(), list)


def test_the_command_reads_packed_tables_and_writes_the_highest_first(tmp_path):
    rows = hours(14)
    rows[-5][1].extend(f"洪水预警{n}级" for n in range(9))
    rows[-30][1].extend(f"地震速报{n}级" for n in range(5))
    table = tmp_path / "in.csv.gz"
    with gzip.open(table, "wt", encoding="utf-8") as file:
        file.write("day,hour,title,hot\n")
        for hour, titles in rows:
            file.writelines(f"{hour:%Y-%m-%d},{hour.hour},{title},100\n" for title in titles)
        file.write("昨天,25,坏行,无\n")
    out = tmp_path / "out.json"
    assert main(["burst", str(table), str(out), "--columns", "date=day"]) == 0
    found = json.loads(out.read_text(encoding="utf-8"))
    assert {"word", "from", "to", "now", "usual", "score", "hot", "why", "titles"} <= set(found[0])
    assert [row["score"] for row in found] == sorted((row["score"] for row in found), reverse=True)
    assert {"洪水", "地震"} <= {row["word"] for row in found}
