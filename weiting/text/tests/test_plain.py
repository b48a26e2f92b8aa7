"""Plain language: each rule finds its bad example and leaves its good one, and the better wordings fit."""

import re
from pathlib import Path

import pytest
from hypothesis import given, settings, strategies as st

from weiting.text.finding import apply
from weiting.text.plain import FAMILIES, PROFILES, RULES, check, facts, score
from weiting.text.plain.facts import _BEGINS, _expressions, _named, _pattern
from weiting.text.rules_page import filled
from weiting.text.tests.growth import assert_grows_in_step

PAGES = Path(__file__).parents[3] / "docs" / "reference" / "text"


def found(text, family="", profile="post"):
    return [each for each in check(text, profile) if each.family == (family or each.family)]


def better(text, rule):
    """The text after the first better wording of a rule was taken."""
    return apply(text, next(each for each in check(text, "answer") if each.rule == rule))


def profile_of(rule):
    return "answer" if rule.key == "condescension.you" else "post"


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.key)
def test_rule_finds_its_bad_example(rule):
    assert rule.key in {each.rule for each in check(rule.bad, profile_of(rule))}


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.key)
def test_rule_leaves_its_good_example(rule):
    assert rule.family not in {each.family for each in check(rule.good, profile_of(rule))}


@pytest.mark.parametrize(
    ("text", "rule", "after"),
    [
        ("市水务局高度重视，立即派人到场。", "officialese.empty", "市水务局派人到场。"),
        ("交警大队多措并举，把绿灯调长8秒。", "officialese.empty", "交警大队把绿灯调长8秒。"),
        ("在市委的坚强领导下，桥通车了。", "officialese.frame", "桥通车了。"),
        ("要狠抓工作落实。", "officialese.empty", "要落实工作。"),
        ("本次活动取得了圆满成功。", "officialese.praise", "本次活动结束了。"),
        ("我们将尽快修好路灯。", "promise.vague", "我们将在〔待填：几月几日〕前修好路灯。"),
        ("路面将于近期修复。", "promise.vague", "路面将在〔待填：几月几日〕前修复。"),
        ("我们会及时向您反馈。", "promise.future", "我们会在〔待填：几天〕内向您反馈。"),
        ("请向相关部门反映。", "actor.vague", "请向〔待填：哪个单位〕反映。"),
        ("施工队对破损路面进行了修补。", "nominal.wrapped", "施工队修补了破损路面。"),
        ("我们正在对井盖进行更换。", "nominal.wrapped", "我们正在更换井盖。"),
        ("由社区进行审核。", "nominal.wrapped", "由社区审核。"),
        ("请对申请表进行签字。", "nominal.wrapped", "请在申请表上签字。"),
        ("水务局对管网进行全面检查。", "nominal.wrapped", "水务局全面检查管网。"),
        ("对老旧电梯进行了维修和更新。", "nominal.wrapped", "维修和更新了老旧电梯。"),
        ("街道开展了垃圾清运工作。", "nominal.work", "街道清运了垃圾。"),
        ("起到了降低噪声的作用。", "nominal.work", "降低了噪声。"),
        ("南湖村完成三资清理。", "abbreviation.office", "南湖村完成三资（村集体的资金、资产、资源）清理。"),
        ("后续将视情况增设红绿灯。", "promise.vague", "后续将在〔待填：几月几日〕前增设红绿灯。"),
        ("积水近期会解决。", "promise.vague", "积水会在〔待填：几月几日〕前解决。"),
        ("你的来信收到了。", "condescension.you", "您的来信收到了。"),
        ("请广大市民务必理解配合。", "condescension.order", "给您带来不便，我们很抱歉。"),
        ("此事不归我们管。", "condescension.brush", "此事不由我们办，我们替您转给〔待填：哪个单位、电话〕。"),
    ],
)
def test_better_wording_fits_in_its_place(text, rule, after):
    assert better(text, rule) == after


def test_better_wording_of_a_notice_stands_before_its_first_words():
    text = "停水通知：东园路将停水，请提前储水。"
    finding = next(each for each in check(text) if each.rule == "lead.when")
    assert apply(text, finding) == "停水通知：〔待填：几月几日几时至几时〕，东园路将停水，请提前储水。"


def test_clause_whose_subject_the_next_does_not_share_is_not_left_out():
    assert better("市水务局高度重视，派人到场。", "officialese.empty") == "市水务局派人到场。"
    (finding,) = found("洪水来了，他高度重视，四台泵车到场。", "officialese")
    assert finding.better == ()


@pytest.mark.parametrize(
    "text",
    [
        "《关于进一步加强城市供水管理的通知》已经施行。",
        "“高度重视”这四个字不必写。",
        "“有关部门”到底是哪个部门？",
        "《双减工作问答》在二楼。",
        "电影《刁民》今晚放映。",
    ],
)
def test_titles_and_quotations_are_another_voice(text):
    assert found(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "我们会尽快，最迟11月26日17时前给您回电话。",
        "请您尽快撤离到小学操场。",
        "三个工作日内尽快给您答复。",
        "近期有冷空气，请注意保暖。",
        "补贴已陆续发放完了。",
        "近日，云溪交警查处酒驾4起。",
    ],
)
def test_promise_with_a_day_request_and_report_are_left(text):
    assert found(text, "promise") == []


def test_doer_may_stand_in_the_sentence_before():
    assert not found("市水务局查了管网。已责成施工单位整改。", "actor")
    assert found("管网查过了。\n已责成施工单位整改。", "actor")


def test_abbreviation_is_told_once_and_only_when_not_explained():
    assert len(found("三资清理完成。三资公开了。", "abbreviation")) == 1
    assert not found("请到电子不停车收费（ETC）网点办理ETC。", "abbreviation")


def test_long_sentence_is_cut_where_a_new_one_can_begin():
    text = (
        "工作人员接到您的来信以后当天就去现场看了路灯和电线，"
        "同时我们请供电公司的师傅把烧坏的那一段线路从井里抽出来换掉了。"
    )
    (finding,) = found(text, "length")
    assert "，同时" in text and "。同时" in finding.better[0]


def test_quoted_names_and_lists_do_not_make_a_sentence_long():
    assert not found(
        "请带身份证、户口本、房产证、结婚证、出生证、疫苗接种本、毕业证、驾驶证和两张照片到窗口。", "length"
    )


def test_notice_without_where_says_so_and_a_report_does_not():
    assert {each.rule for each in found("明天停电，请相互转告。", "lead")} >= {"lead.where"}
    assert found("白石桥11月22日通车后第一天，过桥车辆8600辆。", "lead") == []
    assert found("明天停电，请相互转告。", "lead", "answer") == []


def test_blank_of_ours_must_be_filled_in_and_is_not_judged_itself():
    (finding,) = check("桥在〔待填：几月几日〕通车。")
    assert (finding.rule, finding.severity) == ("blank.unfilled", "must")


def test_facts_are_found_with_their_places():
    text = "市水务局11月25日8时至17时在东园路18号修管道，影响320户，依据《云溪市供水条例》第21条，电话0000-8800123。"
    kinds = {fact.kind: fact.words for fact in facts(text).found}
    assert kinds["day"] == "11月25日" and kinds["phone"] == "0000-8800123"
    assert kinds["law"] == "《云溪市供水条例》第21条" and kinds["address"] == "东园路18号"
    assert kinds["number"] == "320户" and kinds["actor"].endswith("水务局")
    assert all(text[fact.start : fact.end] == fact.words for fact in facts(text).found)


_SIGNS = "市水务局面东园路大道口委员会3月五2日今年２点下午第条《》百分之万元周三上的。人"


@settings(max_examples=200, deadline=None)
@given(st.text(_SIGNS, max_size=40))
def test_the_short_way_to_names_and_facts_leaves_nothing_out(text):
    for kind in ("actor", "place"):
        everywhere = [match.span() for match in _pattern(kind).finditer(text)]
        assert [match.span() for match in _named(kind, text)] == everywhere
    for kind, begins in _BEGINS.items():
        row = _expressions()[kind]
        short, whole = re.compile(f"{begins}(?:{row})"), re.compile(row)
        assert [m.span() for m in short.finditer(text)] == [m.span() for m in whole.finditer(text)]


def test_solid_text_has_more_facts_than_an_empty_one():
    solid = "市水务局11月25日8时至17时在东园路修管道，320户停水。"
    empty = "我们将高度重视，进一步加大力度，切实把各项工作落到实处。"
    assert facts(solid).density > 10 > facts(empty).density == 0
    assert score(solid).value > 80 > 60 > score(empty).value


@pytest.mark.parametrize("profile", PROFILES)
def test_parts_add_up_to_the_mark_and_to_a_hundred(profile):
    marked = score("我们将尽快解决，有关部门高度重视。11月25日。", profile)
    assert marked.value == round(sum(part.points for part in marked.parts))
    assert sum(part.of for part in marked.parts) == 100
    assert all(part.source and part.title for part in marked.parts)


def test_only_the_families_asked_for_run():
    text = "有关部门高度重视，将尽快解决。"
    assert {each.family for each in check(text, families=["promise"])} == {"promise"}
    with pytest.raises(KeyError):
        check(text, families=["none"])
    assert len(FAMILIES) == 9


HOSTILE = st.text(
    alphabet=st.one_of(
        st.sampled_from("对进行了予以的在领导下将尽快〔待填：〕《》“”（）三资两不愁#。，、\n \u200b\x00"),
        st.characters(),
    ),
    max_size=300,
)


@settings(max_examples=150, deadline=None)
@given(HOSTILE, st.sampled_from(PROFILES))
def test_no_text_makes_it_fail_and_every_finding_stands_where_it_says(text, profile):
    for each in check(text, profile):
        assert 0 <= each.start < each.end <= len(text)
        assert text[each.start : each.end] == each.words
        assert each.why.say()
        for choice in range(len(each.better)):
            apply(text, each, choice)
    assert 0 <= score(text, profile).value <= 100


@pytest.mark.parametrize(
    "text", ["", " ", "\n", "\ud800", "<p>停水</p>", "😀" * 50, "hello world", "\x00" * 9]
)
def test_odd_texts_are_answered(text):
    check(text)
    assert score(text).value >= 0


@pytest.mark.parametrize(
    "piece",
    [
        "对",
        "在",
        "进行",
        "为进一步提升",
        "以更",
        "三",
        "“",
        "《",
        "有关部门",
        "1",
        "停水，",
        "对进行了的工作",
    ],
)
def test_a_long_hostile_text_is_answered_with_no_more_for_each_letter(piece):
    def read(size):
        text = piece * (size // len(piece))
        check(text)
        facts(text)

    assert_grows_in_step(read, 25_000)


@pytest.mark.parametrize("page", ["plain.md", "answers.md", "lengths.md", "rules.md"])
def test_pages_say_what_the_rules_are(page):
    text = (PAGES / page).read_text(encoding="utf-8")
    assert filled(text) == text, "run: python -m weiting.text.rules_page docs/reference/text/*.md"


def test_list_of_findings_stays_one_a_person_can_use():
    assert len(check("有关部门来了。" * 2_000)) == 500
