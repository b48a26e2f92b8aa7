"""Grows the demo city to a million posts: new texts are put together from its own sentences, in the database.

Each sentence is indexed once by the real text index; PostgreSQL joins the vectors. So words are as frequent as in
real texts, and each post has one word that no other has. They are laid down in the order of their time, over ten
years, as a city's are.
"""

import re
import sys
import time

_SENTENCE = re.compile(r"[^。？！\n]{4,}[。？！]")

TABLES = ("posts_post", "posts_revision", "posts_searchentry")
POSTS = """
INSERT INTO posts_post (id, public_id, unit_id, byline, state, klass, purpose, risk, provenance, source_name,
                        source_url, live_id, published_at, changed_at, withdrawn_reason, created_at, origin_key, origin,
                        column_id)
SELECT {base} + i, 'b' || lpad(to_hex(i), 9, '0'), u.id, '', 'published',
       (ARRAY['affairs','news','service'])[1 + abs(hashint4(i)) % 3],
       (ARRAY['info','info','info','response'])[1 + i % 4],
       'low', 'original', '', '', {revision} + i, at, at, '', at, '', '{{}}',
       CASE WHEN i % 3 = 0 THEN NULL ELSE c.id END
  FROM (SELECT i, now() - (({count} - i)::float / {count} * 315360000 + abs(hashint4(i * 7)) % 3600)
                        * interval '1 second' AS at
          FROM generate_series(1, {count}) i) p
  JOIN bench_unit u ON u.n = abs(hashint4(i * 3)) % {units}
  JOIN bench_column c ON c.n = abs(hashint4(i * 5)) % {columns}
"""
REVISIONS = """
INSERT INTO posts_revision (id, post_id, number, title, summary, body, variants, fact_source, fact_number,
                            fact_contact, note, created_at, saves, saved_at, sealed_at, content_hash)
SELECT {revision} + i, {base} + i, 1, t.words, a.words, a.words || b.words || c.words || i::text || '。', '{{}}', '',
       '', '', '', now(), 0, now(), now(), md5(i::text) || md5((i + 1)::text)
  FROM generate_series(1, {count}) i
  JOIN bench_title t ON t.n = abs(hashint4(i * 11)) % {titles}
  JOIN bench_sentence a ON a.n = abs(hashint4(i * 13)) % {sentences}
  JOIN bench_sentence b ON b.n = abs(hashint4(i * 17)) % {sentences}
  JOIN bench_sentence c ON c.n = abs(hashint4(i * 19)) % {sentences}
"""
ENTRIES = """
INSERT INTO posts_searchentry (post_id, unit_id, column_id, klass, published_at, document)
SELECT p.id, p.unit_id, p.column_id, p.klass, p.published_at,
       t.document || a.document || b.document || c.document || (i || ':1 ')::tsvector || format(
         $$'@%s' '@%sh%s' '@%sq%s' '@%sm%s' '@u%s' '@k%s' %s$$, y, y, (m + 5) / 6, y, (m + 2) / 3, y, m, p.unit_id,
         p.klass, coalesce($$'@c$$ || p.column_id || $$'$$, ''))::tsvector
  FROM generate_series(1, {count}) i
  JOIN posts_post p ON p.id = {base} + i
 CROSS JOIN LATERAL (SELECT extract(year FROM local)::int AS y, extract(month FROM local)::int AS m
                       FROM (SELECT p.published_at AT TIME ZONE 'Asia/Shanghai' AS local) l) d
  JOIN bench_title t ON t.n = abs(hashint4(i * 11)) % {titles}
  JOIN bench_sentence a ON a.n = abs(hashint4(i * 13)) % {sentences}
  JOIN bench_sentence b ON b.n = abs(hashint4(i * 17)) % {sentences}
  JOIN bench_sentence c ON c.n = abs(hashint4(i * 19)) % {sentences}
"""


def grow(wanted: int) -> None:
    """Fill the database Django is set up for until it holds so many public posts."""
    from django.db import connection

    from weiting.posts.models import Column, Post, Revision
    from weiting.text.search import to_tsvector_literal
    from weiting.units.models import Unit

    lives = Revision.objects.filter(post__state="published").values_list("title", "body")
    titles = sorted({title for title, _body in lives})
    sentences = sorted({sentence for _title, body in lives for sentence in _SENTENCE.findall(body)})
    count = wanted - Post.objects.filter(state="published").count()
    numbers = {
        "count": count,
        "base": Post.objects.order_by("-pk")[0].pk,
        "revision": Revision.objects.order_by("-pk")[0].pk,
        "titles": len(titles),
        "sentences": len(sentences),
        "units": Unit.objects.count(),
        "columns": Column.objects.count(),
    }
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute("SET synchronous_commit = off")
        cursor.execute("SET maintenance_work_mem = '512MB'")
        cursor.execute("SET work_mem = '128MB'")
        cursor.execute(
            "CREATE TEMP TABLE bench_unit AS SELECT row_number() OVER () - 1 AS n, id FROM units_unit"
        )
        cursor.execute(
            "CREATE TEMP TABLE bench_column AS SELECT row_number() OVER () - 1 AS n, id FROM posts_column"
        )
        for name, texts, weight in (("bench_title", titles, "A"), ("bench_sentence", sentences, "D")):
            cursor.execute(f"CREATE TEMP TABLE {name} (n int, words text, document tsvector)")
            with cursor.copy(f"COPY {name} FROM STDIN") as copy:
                for number, text in enumerate(texts):
                    copy.write_row([number, text, to_tsvector_literal({weight: text})])
            cursor.execute(f"ANALYZE {name}")
        indexes = _indexes(cursor)
        for name, _made in indexes:
            cursor.execute(f'DROP INDEX "{name}"')
        for statement in (POSTS, REVISIONS, ENTRIES):
            _timed(cursor, statement.format(**numbers), statement.split()[2])
        for name, made in indexes:
            _timed(cursor, made, name)
        for table in TABLES:
            cursor.execute(
                f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), max(id)) FROM {table}"
            ) if (table != "posts_searchentry") else None
            cursor.execute(f"VACUUM ANALYZE {table}")


def _indexes(cursor) -> list[tuple[str, str]]:  # type: ignore[no-untyped-def]
    """Return the indexes that are no constraints: made after the rows they cost a tenth."""
    cursor.execute(
        "SELECT indexname, indexdef FROM pg_indexes WHERE tablename = ANY(%s)"
        " AND indexname NOT IN (SELECT conname FROM pg_constraint) ORDER BY indexname",
        [list(TABLES)],
    )
    return cursor.fetchall()


def _timed(cursor, statement: str, name: str) -> None:  # type: ignore[no-untyped-def]
    began = time.perf_counter()
    cursor.execute(statement)
    sys.stderr.write(f"  {name}: {time.perf_counter() - began:.0f} s\n")
    sys.stderr.flush()


def main() -> None:
    """Grow the database of the settings."""
    import django

    django.setup()
    grow(int(sys.argv[1]))


if __name__ == "__main__":
    from config import env as environment

    environment.name_settings_module()
    main()
