"""A small hall with something of everything: sections, posts, a correction, promises, an issue, accounts, remits."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from weiting.channels.models import Connection
from weiting.core import clock
from weiting.core.flow import perform
from weiting.posts import actions
from weiting.posts.flow import CorrectionFlow, IssueFlow, PostFlow
from weiting.posts.models import Issue, IssueArticle, Post, PostLink, PostTopic, Topic
from weiting.posts.tests import make
from weiting.posts.tests.make import City
from weiting.subscriptions import actions as subscriptions, links
from weiting.subscriptions.models import Subscription
from weiting.units.models import Account, Hall, Kind, Platform, Remit, Section, SectionUnit

ADDRESSES = [
    "/", "/?k=service", "/units/", "/units/?state=tree", "/units/?state=silent", "/columns/", "/topics/", "/issues/",
    "/corrections/", "/promises/", "/promises/?state=kept", "/archive/", "/archive/2026/", "/archive/2026/11/",
    "/archive/2026/11/21/", "/register/", "/register/?q=云溪供水", "/spokespersons/", "/search/", "/search/?q=停水",
    "/search/?q=没有的词", "/speak/", "/speak/?q=停水", "/about/", "/accessibility/", "/find-fault/", "/audit/heads/",
    "/widgets/",
]  # fmt: skip


@dataclass
class Scene:
    """The city, its posts by what they show, and addresses of every page."""

    city: City
    plain: Post
    corrected: Post
    promise: Post
    kept: Post
    withdrawn: Post
    expired: Post
    draft: Post
    issue: Issue
    topic: Topic
    account: Account
    # The pages of asking for mail, confirming and stopping.
    mail: list[str]

    @property
    def addresses(self) -> list[str]:
        """List the address of every page type."""
        return [
            *ADDRESSES,
            "/u/gongshui/",
            "/u/jiaotong/",
            "/s/yunxi/weibanju/",
            "/h/xishan/",
            "/c/tingshui/",
            "/t/huanguan/",
            f"/i/{self.issue.public_id}/",
            *(f"/p/{p.public_id}/" for p in (self.plain, self.corrected, self.promise, self.kept)),
            *(f"/p/{p.public_id}/" for p in (self.withdrawn, self.expired)),
            f"/p/{self.corrected.public_id}/v/1/",
            f"/p/{self.corrected.public_id}/v/2/",
            f"/a/{self.account.public_id}/",
            *self.mail,
        ]


def mail_pages(c: City) -> list[str]:
    """Have the water unit send mail to one reader; return the addresses of the pages about it."""
    Connection.objects.create(unit=c.water, kind="mail", name="邮件", state="live")
    subscriptions.ask("li@example.com", c.water, "at_once", "zh-hans")
    wish = Subscription.objects.select_related("reader").get()
    said = links.Wish(wish.reader.public_id, wish.pk, "daily")
    token = links.confirm_token(said, clock.now() + links.CONFIRM_WITHIN)
    subscriptions.confirm(token)
    return [
        "/subscribe/?unit=gongshui",
        "/subscribe/?unit=jiaotong",
        "/subscribe/asked/",
        f"/mail/confirm/{token}/",
        f"/mail/{links.reader_token(wish.reader.public_id)}/",
    ]


def correct(c: City, post: Post, wrong: str, right: str, reason: str) -> Post:
    """Publish a correction the short way: review and release have tests of their own."""
    correction = actions.start_correction(post, by=c.editor, wrong=wrong, right=right, reason=reason)
    revision = actions.seal_working(Post.objects.get(pk=post.pk), by=c.editor)
    for move in (CorrectionFlow.submit, CorrectionFlow.approve):
        perform(correction, move)
    perform(correction, CorrectionFlow.publish, published_at=clock.now())
    Post.objects.filter(pk=post.pk).update(live=revision, working=None, corrected_at=clock.now())
    actions.became_public(Post.objects.get(pk=post.pk))
    return Post.objects.get(pk=post.pk)


def scene(freeze: Callable[[str], Any]) -> Scene:
    """Make the city on 20 and 21 November 2026."""
    freeze("2026-11-20 09:00")
    c = make.city()
    c.water.phone, c.water.about = "0599-1234 500", "管自来水：停水、水压、水费。"
    c.water.joined_on = c.roads.joined_on = clock.today() - timedelta(days=60)
    c.water.save()
    c.roads.save()
    west = make.unit("西山区", c.root, Kind.DISTRICT, "xishan")
    Hall.objects.create(unit=west, slug="xishan", name="西山发布")
    ridge = make.unit("松岭镇", west, Kind.SUBDISTRICT, "songling")
    section = Section.objects.create(hall=c.hall, slug="weibanju", name="委办局")
    for unit in (c.water, c.roads):
        SectionUnit.objects.create(section=section, unit=unit)
    Remit.objects.create(unit=c.water, matter="停水", synonyms=["没水", "水压低"])
    account = Account.objects.create(
        unit=c.water, platform=Platform.WEIBO, handle="云溪供水", handle_key="云溪供水", state="open",
        opened_on=clock.today() - timedelta(days=900), filing_number="网备 0001",
    )  # fmt: skip
    topic = Topic.objects.create(slug="huanguan", name="换水管", about="老小区的水管，一条街一条街地换。")
    promise = make.published(c, "三中路今天开挖，47 天完工", "完工那天报花了多少钱。")
    follow_up = actions.promise_follow_up(
        promise, by=c.editor, promise="按不按时完工", due_at=clock.now() + timedelta(hours=30)
    )
    actions.confirm_follow_up(follow_up, by=c.chief)
    late = make.published(c, "水压低的三栋楼，周五前查清", "查到哪里说到哪里。")
    overdue = actions.promise_follow_up(
        late, by=c.editor, promise="三栋楼为什么水压低", due_at=clock.now() + timedelta(hours=20)
    )
    actions.confirm_follow_up(overdue, by=c.chief)
    freeze("2026-11-21 08:30")
    plain = make.published(
        c,
        "明天停水，送水车 8 点到",
        "东园社区 8:00 到 16:00 停水。\n\n- 送水车停**南门**\n- 电话 0599-1234 500",
    )
    Post.objects.filter(pk=plain.pk).update(klass="service")
    PostTopic.objects.create(post=plain, topic=topic, at=clock.now())
    corrected = make.published(c, "西园换水表", "西园社区 8:00 到 14:00 停水。")
    freeze("2026-11-21 09:10")
    corrected = correct(c, corrected, "14:00", "16:00", "水表比原来多 40 只。")
    kept = make.published(c, "三中路完工了，花了 386 万元", "<b>早</b>了两天。")
    actions.keep_follow_up(follow_up, kept, by=c.editor)
    PostLink.objects.create(post=kept, target=plain, kind="explains")
    withdrawn = make.published(c, "发错单位的通知", "这段话不该在这里。")
    perform(withdrawn, PostFlow.withdraw, withdrawn_reason="发错单位", changed_at=clock.now())
    actions.became_hidden(withdrawn)
    expired = make.published(c, "今天上午限行", "到 9 点。")
    perform(expired, PostFlow.expire, changed_at=clock.now())
    actions.became_out_of_date(expired)
    far = make.published(c, "松岭坡有小塌方，请绕行", "走环城北路。")
    Post.objects.filter(pk=far.pk).update(unit=ridge, klass="affairs")
    actions.became_public(far)
    issue = Issue.objects.create(unit=c.water, number=7, title="水的一周", published_at=clock.now())
    IssueArticle.objects.create(issue=issue, post=plain, position=1, title="明天停水", digest="送水车 8 点到")
    for move in (IssueFlow.submit, IssueFlow.approve, IssueFlow.publish):
        perform(issue, move)
    freeze("2026-11-21 10:00")
    return Scene(
        city=c, plain=plain, corrected=corrected, promise=promise, kept=kept, withdrawn=withdrawn,
        expired=expired, draft=make.draft(c, "还没写完", "绝密的草稿。"), issue=issue, topic=topic, account=account,
        mail=mail_pages(c),
    )  # fmt: skip
