"""Triage: what it says of messages, when it is not sure, its file, its commands, and what hostile texts do to it."""

import csv
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from weiting.text import command, triage
from weiting.text.segment import cut
from weiting.text.tests.growth import assert_grows_in_step
from weiting.text.triage.choosing import compare, mcnemar, near_copies
from weiting.text.triage.features import features, prepare, prepare_many, words_of
from weiting.text.triage.model import SHIPPED, Model, ModelError, certainty, in_steps, load
from weiting.text.triage.training import Labelled, train, trust_of

REMITS = (
    triage.Remit("gongshui", "停水", ("没水", "水压小", "水管爆了")),
    triage.Remit("jiaoyu", "入学", ("学区", "幼升小")),
    triage.Remit("gongan", "户口", ("落户", "迁户口")),
)


def test_a_message_is_read_whole():
    found = triage.read("小区停水三天没人管", "东园路的小区已经三天没水，请尽快处理。", REMITS)
    assert found.category.label == "城乡建设"
    assert found.category.words
    assert found.kind.label == "appeal"
    assert found.urgency.label == "soon"
    assert found.units[0].label == "gongshui"
    assert "没水" in found.units[0].words or "停水" in found.units[0].words
    assert any("东园路" in place.words for place in found.places)


@pytest.mark.parametrize(
    "text", ["", " ", "a", "😀😀😀", "The weather is lovely today.", "床前明月光，疑是地上霜。", "\ud800"]
)
def test_what_is_no_message_gets_no_category(text):
    found = triage.read("", text)
    assert found.category.label == ""
    assert found.units == ()


def test_a_text_in_traditional_characters_reads_the_same():
    plain, other = triage.classify_many(
        [
            {"title": "工厂夜里偷排污水", "content": "河水发黑"},
            {"title": "工廠夜裡偷排污水", "content": "河水發黑"},
        ]
    )
    assert plain.best == other.best == "环境保护"


@pytest.mark.parametrize(
    ("text", "level"),
    [
        ("楼道里煤气泄漏，快来人！", "danger"),
        ("有人站在楼顶要跳", "danger"),
        ("孩子掉进河里了", "danger"),
        ("电线断了掉在地上冒火花", "danger"),
        ("老人被困电梯半小时了", "danger"),
        ("煤气费怎么交？", "normal"),
        ("这家店火了，排队很长", "normal"),
        ("社区周末有消防演习，模拟起火", "normal"),
        ("防溺水讲座几点开始", "normal"),
        ("清仓跳楼价，走过路过", "normal"),
        ("路口井盖不见了", "soon"),
    ],
)
def test_danger_to_life_is_told_from_words_that_only_sound_like_it(text, level):
    assert triage.urgency("", text).label == level


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("请问居住证怎么办理？", "question"),
        ("楼下烧烤油烟扰民，没人管", "appeal"),
        ("建议在路口增设红绿灯", "suggestion"),
        ("举报有人无证行医，地下诊所", "tipoff"),
        ("求助！母亲走失，急需帮忙", "plea"),
        ("表扬窗口工作人员，热情耐心", "praise"),
        ("早上好，在吗", "chat"),
        ("低息贷款，加微信领取优惠券", "spam"),
        ("桌子", ""),
    ],
)
def test_kinds_are_told_by_their_words(text, kind):
    assert triage.kind("", text).label == kind


def test_a_remit_of_every_unit_tells_nothing():
    everyone = [triage.Remit(f"u{n}", "投诉") for n in range(5)]
    assert triage.read("投诉", "投诉", everyone).units == ()


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=300), st.text(max_size=300))
def test_any_text_gets_an_answer(title, content):
    found = triage.read(title, content, REMITS)
    assert 0 <= found.category.sure <= 1
    assert found.kind.label in ("", *triage.KINDS)
    assert found.urgency.label in ("", *triage.LEVELS)


@pytest.mark.parametrize("piece", ["停", "煤气", "A1市", " \n", "a"])
def test_a_megabyte_takes_no_more_for_each_letter(piece):
    def read(size):
        text = piece * (size // len(piece))
        triage.read(text, text, REMITS)

    assert_grows_in_step(read, 125_000)


def test_one_message_and_many_read_the_same():
    rows = [{"title": f"第{n}小学学区划分", "content": "孩子明年上学" * n} for n in range(6)] + [
        {"title": "", "content": ""}
    ]
    together = triage.classify_many(rows)
    alone = [triage.classify_many([row])[0] for row in rows]
    assert [each.best for each in together] == [each.best for each in alone]
    assert np.allclose([each.sure for each in together], [each.sure for each in alone], atol=1e-5)


def test_masked_places_numbers_and_signs_do_not_count():
    assert prepare("A3区 12 栋，，停水", 50) == "某区0栋 停水"
    assert prepare("煤\u200b气", 50) == "煤气"


def test_features_of_nothing_are_nothing():
    assert features(["", ""], ["", "水"]).sizes[:, 0].sum() == 0


@settings(max_examples=50, deadline=None)
@given(st.lists(st.text("停水了小区A0\n\r \u2028，。市人民政府2号楼", max_size=12), max_size=8))
def test_texts_cut_in_one_go_have_the_words_of_each_alone(texts):
    prepared = prepare_many(texts, 10)
    heads, bodies = words_of(prepared, prepared[::-1])
    for words, whole in ((heads, prepared), (bodies, prepared[::-1])):
        parts = [words.numbers[a:b] for a, b in zip(words.at, words.at[1:], strict=False)]
        found = [[words.known[number] for number in part] for part in parts]
        assert found == [[word for word in cut(text) if word != " "] for text in whole]


@pytest.mark.parametrize("labels", [1, 7, 12])
def test_a_model_of_any_number_of_labels_says_the_same_once_written_and_read(labels, tmp_path):
    chance = np.random.default_rng(1)
    slots = np.sort(1 + chance.choice((1 << 20) - 1, 200_000, replace=False)).astype(np.int32)
    weights = chance.normal(size=(len(slots), labels + 1)).astype(np.float32)
    names = tuple(f"类{number}" for number in range(labels))
    made = Model(
        names, slots, *in_steps(weights), np.zeros(labels + 1, np.float32), (1.0, 0.0, 1.0), 0.5, -9.0
    )
    path = tmp_path / "made.model"
    path.write_bytes(made.to_bytes())
    kept, read = load(path), features(["小区停水"], ["三号楼昨晚停水，没有人修"])
    assert np.array_equal(made.scores(read), kept.scores(read)) and made.scores(read).any()
    rows, whole = np.zeros(1 << 20, np.int64), weights / np.abs(weights).max(axis=0)
    rows[slots] = np.arange(len(slots))
    plain = sum(
        whole[rows[run.slots[np.isin(run.slots, slots)]]].sum(axis=0) / np.sqrt(read.sizes[run.block, 0])
        for run in read.runs
    )
    assert np.allclose(made.scores(read)[0], plain * np.abs(weights).max(axis=0), atol=0.2)


def test_the_model_file_is_refused_when_a_bit_of_it_changed(tmp_path):
    raw = SHIPPED.read_bytes()
    same, other, none = tmp_path / "same", tmp_path / "other", tmp_path / "none"
    same.write_bytes(raw)
    assert load(same).labels
    other.write_bytes(raw[:5000] + bytes([raw[5000] ^ 1]) + raw[5001:])
    none.write_text("nothing")
    for path in (other, none, tmp_path / "missing"):
        with pytest.raises(ModelError):
            load(path)


def test_the_model_file_holds_no_words_of_letters():
    assert len(SHIPPED.read_bytes()) <= 6 * 2**20
    kept = load(SHIPPED)
    assert set(kept.facts) == {"name", "data", "gate", "seed"}


def test_prediction_needs_no_learning_library():
    code = (
        "import sys; from weiting.text import triage; triage.read('停水', '停水');"
        "print({'sklearn', 'scipy'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"


def test_near_copies_are_one_group():
    text = "我们小区的路灯坏了两个月，晚上回家很不方便，请派人来修一修，谢谢各位师傅。"
    groups = near_copies(
        ["路灯坏了", "路灯坏了！", "学区"],
        [text, text + "急", "请问今年的学区怎么划分，二孩能上同一所学校吗"],
    )
    assert groups[0] == groups[1] != groups[2]


def test_a_comparison_says_what_is_chance():
    truth = ["甲", "乙"] * 50
    worse = ["甲"] * 100
    found = compare(truth, worse, truth)
    assert found.is_better and found.low > 0 and found.chance < 0.001
    assert not compare(truth, truth, truth).is_better
    assert mcnemar(0, 0) == 1
    assert mcnemar(700, 900) < 0.001


def _table(path, rows, head=("title", "content", "label")):
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([head, *rows])


def _lessons(count=40):
    matters = {
        "供水": "停水 水压 水管 自来水 水表",
        "路灯": "路灯 不亮 灯泡 灯杆 太黑",
        "公园": "公园 草坪 长椅 步道 花坛",
    }
    for label, said in matters.items():
        words = said.split()
        for n in range(count):
            yield (
                f"{words[n % 5]}第{n}次",
                f"{words[(n + 1) % 5]}{words[(n * 3) % 5]}，{n * 7}号{words[n % 4]}",
                label,
            )


@pytest.mark.parametrize("labels", [2, 7])
def test_how_sure_it_is_fits_how_often_it_is_right(labels):
    chance = np.random.default_rng(2)
    truth = chance.integers(0, labels, 4_000)
    scores = chance.normal(size=(4_000, labels)) + 1.5 * np.eye(labels)[truth]
    sure = certainty(scores[2_000:], trust_of(scores[:2_000], truth[:2_000]))
    right = scores[2_000:].argmax(1) == truth[2_000:]
    for low, high in ((0, 0.6), (0.6, 0.8), (0.8, 1)):
        part = (sure >= low) & (sure < high)
        assert abs(sure[part].mean() - right[part].mean()) < 0.06


def test_a_few_messages_without_a_mistake_make_nothing_certain():
    scores, truth = np.eye(3)[[0, 1, 2, 0, 1]] * 9, np.array([0, 1, 2, 0, 1])
    assert certainty(scores, trust_of(scores, truth)).max() < 0.99
    wrong = certainty(scores, trust_of(scores, (truth + 1) % 3))
    assert wrong.max() < 0.7 and np.isfinite(wrong).all()


def test_names_beside_the_messages_are_learned_from():
    titles, contents, labels = zip(*_lessons(), strict=True)
    data = Labelled(titles, contents, labels, list(range(len(titles))))
    names = Labelled(["噪声扰民"] * 3, ["噪声扰民"] * 3, ["公园"] * 3, [0] * 3)
    known, unknown = train(data, beside=names), train(data)
    said = [each.guess_many(["噪声扰民"], [""])[0] for each in (known, unknown)]
    assert said[0].best == "公园" and said[0].words and not said[1].words


def test_classify_keeps_every_column(tmp_path):
    source, target = tmp_path / "in.csv", tmp_path / "out.csv"
    _table(
        source,
        [("7", "工厂排污水", "河水发黑", "人写的"), ("8", "", "", "")],
        ("id", "题", "content", "label"),
    )
    assert command.main(["classify", str(source), str(target), "--columns", "title=题"]) == 0
    rows = list(csv.DictReader(target.open(encoding="utf-8")))
    assert rows[0]["id"] == "7" and rows[0]["题"] == "工厂排污水" and rows[0]["label_given"] == "人写的"
    assert rows[0]["label"] == "环境保护" and rows[0]["reasons"] and 0 < float(rows[0]["confidence"]) <= 1
    assert rows[1]["label"] == ""


def test_classify_says_what_is_wrong_in_a_sentence(tmp_path, capsys):
    source = tmp_path / "in.csv"
    _table(source, [("1",)], ("id",))
    assert command.main(["classify", str(source), str(tmp_path / "o.csv")]) == 2
    assert command.main(["classify", str(source), str(tmp_path / "o.csv"), "--model", str(source)]) == 2
    assert "Traceback" not in capsys.readouterr().err


def test_training_keeps_the_better_and_is_the_same_each_time(tmp_path, capsys):
    data, first, again = tmp_path / "d.csv", tmp_path / "m1", tmp_path / "m2"
    _table(data, _lessons())
    assert command.main(["train", str(data), str(first)]) == 0
    assert command.main(["train", str(data), str(again)]) == 0
    assert first.read_bytes() == again.read_bytes()
    before = first.read_bytes()
    assert command.main(["train", str(data), str(first)]) == 0
    assert first.read_bytes() == before
    assert "F1" in capsys.readouterr().out
    guess = triage.classify_many([{"title": "路灯不亮", "content": "灯杆太黑"}], triage.model(first))[0]
    assert guess.best == "路灯"


def test_a_worse_model_never_takes_the_place_of_a_better(tmp_path):
    data, mixed, target = tmp_path / "d.csv", tmp_path / "x.csv", tmp_path / "m"
    lessons = list(_lessons())
    _table(data, lessons)
    assert command.main(["train", str(data), str(target)]) == 0
    before = target.read_bytes()
    names = ["供水", "路灯", "公园"]
    wrong = [(t, c, names[(names.index(label) + n % 3) % 3]) for n, (t, c, label) in enumerate(lessons)]
    _table(mixed, wrong)
    command.main(["train", str(mixed), str(target), "--seed", "3"])
    kept = triage.classify_many([{"title": "路灯不亮", "content": "灯杆太黑"}], triage.load(target))[0]
    assert target.read_bytes() == before or kept.best == "路灯"


def test_too_few_messages_of_a_label_are_a_sentence(tmp_path, capsys):
    data = tmp_path / "d.csv"
    _table(data, [*_lessons(30), ("税", "税", "税务")])
    assert command.main(["train", str(data), str(tmp_path / "m")]) == 2
    assert "税务 (1)" in capsys.readouterr().err
    assert not (tmp_path / "m").exists()
