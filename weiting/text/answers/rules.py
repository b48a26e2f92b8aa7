"""What an answer to a citizen must hold, and what it must not be: the rules and their words."""

from typing import Any

from weiting.text.finding import Message, Rule, Severity, _, message

_REGULATIONS = _(
    "Regulations on Letters and Visits, 2022: an answer says the facts, the opinion and its grounds"
)
_YINCHUAN = _("Reports on copied and irrelevant answers of offices, 2025")
_ORDER_61 = _(
    "General Office of the State Council, Guobanfa [2016] No. 61: answer with facts, to the point, in plain words"
)
_FULL = (
    "您好！11月20日我们到东园路看了，3号灯杆的电线断了。按《云溪市路灯管理办法》第12条，路灯归市城管局修。"
    "11月21日已经换好电线，灯亮了。11月25日我们会再去看一次。有事请打0000-8800123，找路灯班小赵。"
)

RULES: tuple[Rule, ...] = (
    Rule(
        "answer.found",
        _("What was found"),
        _("The answer does not say what you found. Say who looked, when, and what is the case."),
        "should",
        "您好！您反映的问题我们知道了。谢谢。",
        _FULL,
        _REGULATIONS,
    ),
    Rule(
        "answer.rule",
        _("By which rule"),
        _("The answer names no rule. Say which rule it rests on, with its article."),
        "should",
        "您好！11月20日我们到东园路看了，路灯坏了，11月21日修好了。",
        _FULL,
        _REGULATIONS,
    ),
    Rule(
        "answer.done",
        _("What is done"),
        _("The answer does not say what is done. Say what has been done, by whom and when."),
        "should",
        "您好！11月20日我们到东园路看了，路灯是坏的。按《云溪市路灯管理办法》，路灯归市城管局修。",
        _FULL,
        _REGULATIONS,
    ),
    Rule(
        "answer.next",
        _("What comes next"),
        _("The answer does not say what comes next. Say by which day, or what the writer can still do."),
        "should",
        "您好！11月20日我们到东园路看了，路灯是坏的，已更换。",
        _FULL,
        _REGULATIONS,
    ),
    Rule(
        "answer.contact",
        _("Whom to call about it"),
        _("The answer does not say whom to call. Give an office and its telephone number."),
        "should",
        "您好！11月20日我们到东园路看了，路灯是坏的，已更换。",
        _FULL,
        _REGULATIONS,
    ),
    Rule(
        "answer.off_topic",
        _("Beside the question"),
        _(
            "The answer shares almost nothing with the question. Is it the right one? If so, name the matter in it."
        ),
        "should",
        "您好！公积金可以在网上提取，带身份证到窗口也行。",
        _FULL,
        _YINCHUAN,
    ),
    Rule(
        "answer.untouched",
        _("A matter not touched"),
        _("The question also asks: “%(asked)s”. The answer does not touch it."),
        "should",
        "您好！11月20日我们到东园路看了，3号灯杆的电线断了，11月21日已经换好。",
        _FULL,
        _YINCHUAN,
    ),
    Rule(
        "answer.copied",
        _("A copied answer"),
        _(
            "%(share)s%% of this answer repeats the earlier one, %(earlier)s. Say what is true of this matter."
        ),
        "should",
        _FULL,
        "您好！南湖公园的长椅11月19日钉好了，共6张。",
        _YINCHUAN,
    ),
)
_BY_KEY = {rule.key: rule for rule in RULES}
# The question the examples of `untouched` and `off_topic` are held against.
QUESTION = "东园路的路灯不亮，请问是什么原因？"
QUESTION_OF_TWO = "东园路的路灯不亮，什么时候修好？另外南湖公园的长椅也坏了，请一起修一下。"


def why(key: str, **facts: Any) -> Message:
    """The reason of a rule with the facts of one finding."""
    return message(_BY_KEY[key].why, **facts)


def rule(key: str) -> Rule:
    """The rule of this key."""
    return _BY_KEY[key]


def severity(key: str) -> Severity:
    """How grave a rule is."""
    return _BY_KEY[key].severity
