"""The rules of the plain-language check: what each is called, why it speaks up, what it finds and leaves."""

from typing import Any

from weiting.text.finding import Message, Rule, Severity, _, message

_PEOPLES_DAILY = _("Readers’ poll of People’s Daily’s microblog on the most disliked phrases, January 2013")
_ORDER_61 = _(
    "General Office of the State Council, Guobanfa [2016] No. 61: answer with facts, to the point, in plain words"
)
_ORDER_123 = _("General Office of the State Council, Guobanfa [2018] No. 123 on government new media")
_HOUSE = _("House rule, from reading some 4,000 published answers of offices")
_READING = _("House rule; drafting handbooks advise an average of 25 characters a sentence")

OFFICIALESE = (
    Rule(
        "officialese.empty",
        _("Words that say nothing"),
        _("“%(words)s” tells the reader nothing new. Leave it out, or say what was done."),
        "should",
        "市水务局高度重视，立即派人上门检测水压。",
        "市水务局11月18日派人上门检测水压。",
        _PEOPLES_DAILY,
    ),
    Rule(
        "officialese.frame",
        _("A frame around nothing"),
        _("“%(words)s” is a frame without facts. Begin with who did what."),
        "should",
        "在各级各部门的大力支持下，白石桥11月1日通车。",
        "白石桥11月1日通车。",
        _PEOPLES_DAILY,
    ),
    Rule(
        "officialese.slogan",
        _("A slogan"),
        _("“%(words)s” is a slogan. Say what will be different for people, and when."),
        "should",
        "云溪区掀起冬季植树新高潮。",
        "云溪区三天种了1200棵树。",
        _PEOPLES_DAILY,
    ),
    Rule(
        "officialese.praise",
        _("Praise of oneself"),
        _("“%(words)s” praises oneself. Give the figure, and leave the praise to the reader."),
        "should",
        "改造后的菜场得到了广大居民的一致好评。",
        "菜场改造后，问卷里九成居民说干净了。",
        _ORDER_61,
    ),
)
PROMISE = (
    Rule(
        "promise.vague",
        _("A promise without a day"),
        _("“%(words)s” cannot be kept or checked. Say by which day."),
        "should",
        "我们将尽快修好您家门口的路灯。",
        "我们将在11月30日前修好您家门口的路灯。",
        _ORDER_61,
    ),
    Rule(
        "promise.future",
        _("Soon, without a day"),
        _("“%(words)s” leaves people waiting. Say how many days, or by which day."),
        "should",
        "我们会及时向您反馈处理结果。",
        "我们会在5个工作日内把处理结果告诉您。",
        _HOUSE,
    ),
    Rule(
        "promise.study",
        _("Only thinking is promised"),
        _(
            "“%(words)s” does not say what comes of it. Say who decides, by which day, and how people will hear of it."
        ),
        "should",
        "您的建议我们会认真研究。",
        "您的建议12月8日在市规委会上讨论，当天给您回电话。",
        _HOUSE,
    ),
)
ACTOR = (
    Rule(
        "actor.vague",
        _("Which office?"),
        _("“%(words)s”: which one? Name it, and give its telephone number where people may ask."),
        "should",
        "有关部门已经到场处理。",
        "市水务局抢修队已经到场处理。",
        _PEOPLES_DAILY,
    ),
    Rule(
        "actor.missing",
        _("Nobody acts"),
        _("“%(words)s”: who does this? Begin the sentence with the one who acts."),
        "should",
        "已责成施工单位整改。",
        "东园街道已责成施工单位整改。",
        _HOUSE,
    ),
)
LEAD = (
    Rule(
        "lead.when",
        _("When?"),
        _("The first paragraph does not say when. Give the day, and from what hour to what hour."),
        "should",
        "停水通知：东园路一带将停水，请提前储水。",
        "云溪供水公司通知：11月25日8时至17时东园路停水，请提前储水。",
        _ORDER_123,
    ),
    Rule(
        "lead.where",
        _("Where?"),
        _("The first paragraph does not say where. Name the roads, estates or the place."),
        "should",
        "12月3日9时至15时停电，请相互转告。",
        "云溪供电公司12月3日9时至15时检修，东园路停电，请备好照明。",
        _ORDER_123,
    ),
    Rule(
        "lead.do",
        _("What should the reader do?"),
        _("The first paragraph does not say what the reader should do. Add it in one sentence."),
        "hint",
        "东园路11月25日起封闭施工。",
        "云溪交警：东园路11月25日起封闭，请走北湖路。",
        _ORDER_123,
    ),
    Rule(
        "lead.who",
        _("Who says so?"),
        _("The first paragraph names no office. Say who does it, or whom to ask."),
        "hint",
        "12月3日9时至15时东园路停电，请备好照明。",
        "云溪供电公司12月3日9时至15时检修，东园路停电，请备好照明。",
        _ORDER_123,
    ),
    Rule(
        "lead.number",
        _("Which ones, how many?"),
        _("“%(words)s”: which ones? Name them, or say how many and where the list is."),
        "should",
        "12月1日8时起部分路段封闭，请绕行。",
        "云溪交警：12月1日8时起南湖路封闭，请走北湖路。",
        _HOUSE,
    ),
)
LENGTH = (
    Rule(
        "length.long",
        _("A long sentence"),
        _("This sentence has %(count)s characters. Two of half the length are read twice as easily."),
        "hint",
        "这次改造会把原来只有三米宽的人行道向外拓宽到五米，同时把沿街的电线全部埋到地下，再在两侧种上树。",
        "人行道从三米拓宽到五米。沿街的电线埋到地下，两侧种上树。",
        _READING,
    ),
    Rule(
        "length.very_long",
        _("A very long sentence"),
        _("This sentence has %(count)s characters; few people get to its end. Make two or three of it."),
        "should",
        "凡是在本市缴纳职工医疗保险满一年以上并且在定点医院住院治疗的参保人员都可以在出院当天凭身份证和住院发票"
        "直接在医院一楼大厅的结算窗口当面结清全部费用。",
        "在本市交职工医保满一年的人，住定点医院，出院当天就能结算。窗口在医院一楼大厅。",
        _READING,
    ),
)
NOMINAL = (
    Rule(
        "nominal.wrapped",
        _("A wrapped verb"),
        _("“%(words)s” wraps the verb. Use the verb itself."),
        "hint",
        "施工队对破损路面进行了修补。",
        "施工队修补了破损路面。",
        _HOUSE,
    ),
    Rule(
        "nominal.work",
        _("Work of working"),
        _("“%(words)s” can do without its shell. Say what is done."),
        "hint",
        "街道开展了垃圾清运工作。",
        "街道清运了垃圾。",
        _HOUSE,
    ),
)
ABBREVIATION = (
    Rule(
        "abbreviation.office",
        _("An abbreviation of the offices"),
        _("Not every reader knows “%(words)s”. Explain it where it first stands."),
        "should",
        "南湖村完成三资清理。",
        "南湖村清理了村集体的资金、资产和资源。",
        _HOUSE,
    ),
    Rule(
        "abbreviation.numbers",
        _("A riddle of numbers"),
        _("“%(words)s” is a riddle to who does not know it. Say what the numbers stand for."),
        "should",
        "村里开展三清三拆。",
        "村里清垃圾、清淤泥、清杂物，拆危房、拆旱厕、拆棚屋。",
        _HOUSE,
    ),
    Rule(
        "abbreviation.letters",
        _("Foreign letters"),
        _("Not every reader knows “%(words)s”. Add its Chinese name where it first stands."),
        "hint",
        "供水SCADA系统已升级。",
        "供水数据采集与监控系统（SCADA）已升级。",
        _(
            "State Language Commission’s advice on foreign letters in Chinese texts; GB/T 15834 leaves them out"
        ),
    ),
)
CONDESCENSION = (
    Rule(
        "condescension.order",
        _("Lecturing"),
        _("“%(words)s” lectures. Say why, and ask."),
        "should",
        "请广大市民务必理解配合。",
        "给您带来不便，我们很抱歉。",
        _ORDER_61,
    ),
    Rule(
        "condescension.threat",
        _("Threatening"),
        _("“%(words)s” threatens. Say which rule applies and what follows from it."),
        "should",
        "请按时申报，否则后果自负。",
        "请在12月5日前申报；晚报的，从下个月起发放。",
        _ORDER_61,
    ),
    Rule(
        "condescension.blame",
        _("Blaming people"),
        _("“%(words)s” blames people. Say what you found, and what it rests on."),
        "should",
        "部分群众不明真相。",
        "检测报告昨天没有公布，今天补上。",
        _ORDER_61,
    ),
    Rule(
        "condescension.brush",
        _("Brushing off"),
        _("“%(words)s” sends people away. Say who can help, and hand the matter on."),
        "should",
        "此事不归我们管。",
        "这件事归市水务局办，我们已经转过去，电话0000-8800123。",
        _ORDER_61,
    ),
)
YOU = (
    Rule(
        "condescension.you",
        _("你 in an answer"),
        _("An answer says 您."),
        "hint",
        "你反映的路灯11月20日修好了。",
        "您反映的路灯11月20日修好了。",
        _ORDER_61,
    ),
)
BLANK = (
    Rule(
        "blank.unfilled",
        _("A blank not filled in"),
        _("“%(words)s” still waits for you to fill it in."),
        "must",
        "我们将在〔待填：几月几日〕前修好路灯。",
        "我们将在11月30日前修好路灯。",
        _("This check’s own wordings"),
    ),
)
RULES: tuple[Rule, ...] = (
    *OFFICIALESE,
    *PROMISE,
    *ACTOR,
    *LEAD,
    *LENGTH,
    *NOMINAL,
    *ABBREVIATION,
    *CONDESCENSION,
    *YOU,
    *BLANK,
)
# Rules that only an answer is held to.
ANSWERS_ONLY = frozenset(rule.key for rule in YOU)
POSTS_ONLY = frozenset(rule.key for rule in LEAD)
_BY_KEY = {rule.key: rule for rule in RULES}
FAMILIES: tuple[str, ...] = tuple(dict.fromkeys(rule.family for rule in RULES))


def why(key: str, **facts: Any) -> Message:
    """The reason of a rule with the facts of one finding."""
    return message(_BY_KEY[key].why, **facts)


def severity(key: str) -> Severity:
    """How grave a rule is."""
    return _BY_KEY[key].severity
