"""Every text has a path, every path has two people, and the most specific row wins."""

import itertools
import random

import pytest

from weiting.core.errors import Invalid, NotAllowed
from weiting.posts.models import ContentClass, Risk
from weiting.review import actions, paths, queries, standing
from weiting.review.models import Lane, Place, Policy
from weiting.review.paths import PathStep
from weiting.review.presets import PRESETS
from weiting.review.tests import make
from weiting.units.roles import Role

CASES = list(itertools.product(Lane.values, ContentClass.values, Risk.values, ["", "weibo", "wechat"]))
ONE = [PathStep(1, "终审", Role.FINAL_REVIEWER)]


def _enough(path: paths.Path) -> bool:
    return path.people >= (3 if path.lane == Lane.EMERGENCY else 2)


@pytest.mark.parametrize("presets", [True, False])
def test_every_case_in_every_unit_has_a_path_of_two_people(db: None, presets: bool) -> None:
    c = make.city(presets=presets)
    for unit in (c.root, c.water, c.section, c.roads):
        for lane, klass, risk, channel in CASES:
            path = queries.policy_for(lane, unit, klass, risk, channel)
            assert path.lane == lane
            assert _enough(path), path
            assert 1 <= len(path.turns) <= paths.TURNS


def test_every_case_is_seated_without_its_author_and_nobody_sits_twice(c: make.City) -> None:
    for unit in (c.root, c.water, c.section):
        for lane, klass, risk, channel in CASES:
            path = queries.policy_for(lane, unit, klass, risk, channel)
            seats = standing.seat_path(path, unit, {c.editor.pk})
            if isinstance(seats, standing.Vacant):
                # Only the city itself has no reviewer of its own, and nothing stands above it.
                assert unit == c.root
                continue
            assert len(seats) == len(path.steps)


def test_random_tables_never_leave_a_case_without_two_people(c: make.City) -> None:
    chance = random.Random(7)
    for _ in range(40):
        Policy.objects.all().delete()
        for _row in range(chance.randrange(8)):
            lane = chance.choice(Lane.values)
            quorum = 2 if lane == Lane.EMERGENCY else chance.randint(1, 2)
            policy = Policy(
                name="x",
                lane=lane,
                unit=chance.choice([None, c.root, c.water, c.section]),
                klass=chance.choice(["", *ContentClass.values]),
                risk=chance.choice(["", *Risk.values]),
                channel=chance.choice(["", "weibo"]),
            )
            if Policy.objects.filter(
                lane=lane, unit=policy.unit, klass=policy.klass, risk=policy.risk, channel=policy.channel
            ).exists():
                continue
            policy.save()
            # Some rows are left without steps, as only a hand in the database could: they are passed over.
            if chance.random() < 0.7:
                policy.steps.create(turn=1, name="s", role=Role.FINAL_REVIEWER, quorum=quorum)
        for unit in (c.water, c.section):
            for case in chance.sample(CASES, 12):
                lane, klass, risk, channel = case
                assert _enough(queries.policy_for(lane, unit, klass, risk, channel))


def test_order_of_specificity_is_unit_channel_risk_class(c: make.City) -> None:
    Policy.objects.all().delete()
    cases = [
        {},
        {"klass": "news"},
        {"risk": "high"},
        {"risk": "high", "klass": "news"},
        {"channel": "weibo"},
        {"channel": "weibo", "risk": "high", "klass": "news"},
        {"unit": c.root},
        {"unit": c.water, "klass": "news"},
        {"unit": c.section},
    ]
    found = []
    for number, case in enumerate(cases):
        made = Policy.objects.create(name=str(number), lane=Lane.NORMAL, **case)
        made.steps.create(turn=1, name="s", role=Role.FINAL_REVIEWER)
        found.append(queries.policy_for(Lane.NORMAL, c.section, "news", "high", "weibo").name)
    # Each row is more specific than all before it, so each wins as soon as it is there.
    assert found == [str(number) for number in range(len(cases))]


def test_a_row_that_does_not_fit_is_never_chosen(c: make.City) -> None:
    actions.save_policy(None, by=_admin(c), name="微博", steps=ONE, channel="weibo")
    actions.save_policy(None, by=_admin(c), name="交通", steps=ONE, unit=c.roads)
    assert queries.policy_for(Lane.NORMAL, c.water, "affairs", "low", "").name == "三审三校"
    assert queries.policy_for(Lane.NORMAL, c.water, "affairs", "low", "weibo").name == "微博"


def test_presets_load_once(c: make.City) -> None:
    assert Policy.objects.count() == len(PRESETS)
    assert actions.load_presets() == []
    assert Policy.objects.count() == len(PRESETS)


def _admin(c: make.City) -> make.Person:
    return c.hall_editor


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"steps": []}, "steps"),
        ({"steps": [PathStep(2, "终审", Role.FINAL_REVIEWER)]}, "steps"),
        ({"steps": [PathStep(n, "审", Role.FINAL_REVIEWER) for n in range(1, 6)]}, "steps"),
        ({"steps": [PathStep(1, "终审", Role.EDITOR)]}, "steps"),
        ({"steps": [PathStep(1, "终审", Role.FINAL_REVIEWER, quorum=0)]}, "steps"),
        ({"steps": [PathStep(1, "", Role.FINAL_REVIEWER)]}, "steps"),
        ({"lane": Lane.EMERGENCY, "after_hours": 24}, "steps"),
        (
            {"lane": Lane.EMERGENCY, "steps": [PathStep(1, "会签", Role.EMERGENCY_OFFICER, quorum=2)]},
            "after_hours",
        ),
        ({"name": " "}, "name"),
        ({"klass": "gossip"}, "klass"),
    ],
)
def test_an_unsafe_or_impossible_rule_is_refused(c: make.City, changes: dict, field: str) -> None:
    with pytest.raises(Invalid) as refusal:
        actions.save_policy(
            None, by=_admin(c), **{"name": "新规则", "steps": ONE, "risk": "medium", **changes}
        )
    assert field in refusal.value.fields


def test_two_rules_for_one_case_are_refused(c: make.City) -> None:
    with pytest.raises(Invalid, match="exactly this case|已有"):
        actions.save_policy(None, by=_admin(c), name="又一条", steps=ONE)


def test_an_editor_changes_no_rule(c: make.City) -> None:
    with pytest.raises(NotAllowed):
        actions.save_policy(None, by=c.editor, name="新规则", steps=ONE, risk="medium")


def test_a_retired_rule_gives_way_to_the_next(c: make.City) -> None:
    high = Policy.objects.get(lane=Lane.NORMAL, risk="high")
    actions.retire_policy(high, by=_admin(c))
    assert queries.policy_for(Lane.NORMAL, c.water, "affairs", "high", "").name == "三审三校"


def test_changing_a_rule_leaves_rounds_under_way_alone(c: make.City) -> None:
    round_ = make.submit(c)
    policy = round_.policy
    assert policy is not None
    actions.save_policy(policy, by=_admin(c), name="改一审", steps=ONE, lane=policy.lane)
    assert round_.steps.count() == 3
    assert queries.policy_for(Lane.NORMAL, c.water, "affairs", "low", "").name == "改一审"


def test_steps_may_be_given_as_a_form_gives_them(c: make.City) -> None:
    typed = {
        "turn": "1",
        "name": "终审",
        "role": "final_reviewer",
        "place": Place.PARENT,
        "quorum": "1",
        "minutes": "30",
        "checklist": ["核对", " "],
    }
    made = actions.save_policy(None, by=_admin(c), name="上级终审", steps=[typed], unit=c.section)
    step = made.steps.get()
    assert (step.place, step.minutes, step.checklist) == ("parent", 30, ["核对"])
