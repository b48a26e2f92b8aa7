"""A killed import of old posts: whole batches stay, and the next run goes on where it was."""

import subprocess
import sys
import time

import psycopg

from config import env as environment
from config.testing import scratch_database
from weiting.posts import imports

HEADER = "mid,time,content,weibo_topic,forward,comment,like,weibo_url\n"
MAPPING = environment.ROOT / "weiting" / "posts" / "data" / "weibo_mapping.toml"


def line(mid: str, body: str) -> str:
    return f"{mid},2020-01-01 08:55,{body},,1.0,2.0,3.0,https://weibo.example/{mid}\n"


def test_a_killed_import_leaves_whole_batches_and_the_next_run_goes_on(tmp_path):
    path = tmp_path / "old.csv"
    path.write_text(HEADER + "".join(line(f"A{n}", body=f"第 {n} 条，今天停水") for n in range(12_000)))
    with scratch_database() as env:
        python = [sys.executable, "-m", "config.cli"]
        around = environment.as_environ(env)
        database = psycopg.connect(env.database_url, autocommit=True)
        database.execute(
            "INSERT INTO units_unit (public_id, path, depth, kind, slug, name, short_name, seal_text, color,"
            " division_code, about, tone, address, phone, hours, closed_reason, created_at)"
            " VALUES"
            " ('u', '1.', 0, 'city', 'city', '云溪市', '云溪', '云', '#000000', '', '', '', '', '', '', '', now())"
        )
        words = [*python, "import", "posts", str(path), "--mapping", str(MAPPING), "--unit", "city"]
        first = subprocess.Popen(words, env=around, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        count = 0
        until = time.monotonic() + 60
        while count < 2000 and time.monotonic() < until:
            time.sleep(0.02)
            (count,) = database.execute("SELECT count(*) FROM posts_post").fetchone()
        first.kill()
        first.wait()
        (left,) = database.execute("SELECT count(*) FROM posts_post").fetchone()
        assert 2000 <= left < 12_000
        assert left % imports.BATCH == 0
        done = subprocess.run(words, env=around, capture_output=True, text=True, timeout=120)
        assert done.returncode == 0, done.stderr
        posts, found, brought = database.execute(
            "SELECT (SELECT count(DISTINCT origin_key) FROM posts_post), (SELECT count(*) FROM posts_searchentry),"
            " (SELECT sum(jsonb_array_length(facts->'posts')) FROM audit_entry)"
        ).fetchone()
        assert (posts, found, brought) == (12_000, 12_000, 12_000)
        database.close()
