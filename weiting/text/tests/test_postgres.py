"""The literals mean to PostgreSQL what the plain matcher of these tests says they mean."""

import random
import re

import pytest
from django.db import connection

from weiting.text.search import query_terms, to_tsvector_literal
from weiting.text.tests.matcher import document, matches
from weiting.text.tests.texts import NOTICES

TYPED = [
    "公积金", "gjj", "gong ji jin", "公鸡金", "停水 -云溪", '"公积金管理"', "“供水管网改造，因”",
    "0571-12345",
    "PM2.5", "5G", "it's", "'; drop table", "\\", "a\\'b", "hall@yunxi.example", "乾隆", "一件事 HPV",
    "醫療保險", "水", "ひらがな", "Q&A", "(公积金 | 社保) & !a:*", "11月22日", "8:30", "98.2%",
]  # fmt: skip


def answer(literal: str, tsquery: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("select %s::tsvector @@ %s::tsquery", [literal, tsquery])
        return bool(cursor.fetchone()[0])


@pytest.mark.django_db
@pytest.mark.parametrize("q", TYPED)
def test_postgresql_and_the_matcher_agree(q: str) -> None:
    query = query_terms(q)
    for text in NOTICES:
        literal = to_tsvector_literal({"A": text[:12], "B": "云溪市民政局", "D": text})
        assert answer(literal, query.to_tsquery()) == matches(document(literal), query.node)


@pytest.mark.django_db
def test_postgresql_finds_texts_by_their_stretches() -> None:
    chance = random.Random(3)
    for text in NOTICES * 10:
        run = max(re.findall(r"[\u4e00-\u9fff]+", text), key=len)
        start = chance.randrange(len(run) - 2)
        stretch = run[start : start + chance.randrange(2, 12)]
        literal = to_tsvector_literal({"D": text})
        assert answer(literal, query_terms(stretch).to_tsquery())
        assert answer(literal, query_terms(f'"{stretch}"').to_tsquery())


@pytest.mark.django_db
def test_postgresql_takes_the_longest_and_the_oddest_text() -> None:
    everything = "".join(map(chr, range(1, 0xD800)))
    for text in (everything, "".join(chr(0x4E00 + (n * 7919) % 20_000) for n in range(300_000))):
        literal = to_tsvector_literal({"A": text[:200], "D": text})
        assert answer(literal, query_terms(text[60_000:60_010] or "公").to_tsquery()) in (True, False)
