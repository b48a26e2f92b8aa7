"""Columns and constraints of posts, their revisions and everything an editor arranges around them."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.utils.translation import gettext_lazy as _

from weiting.core import clock, ids
from weiting.core.flow import StateField
from weiting.media.models import Asset
from weiting.posts.flow import (
    AssignmentFlow,
    CorrectionFlow,
    FollowUpFlow,
    IssueFlow,
    PostFlow,
)
from weiting.text.personal import mask
from weiting.units.models import Unit

PERSON = settings.AUTH_USER_MODEL


class ContentClass(models.TextChoices):
    AFFAIRS = "affairs", _("affairs")
    NEWS = "news", _("news")
    SERVICE = "service", _("service")


class Purpose(models.TextChoices):
    INFO = "info", _("information")
    EXPLANATION = "explanation", _("policy explanation")
    RESPONSE = "response", _("response to a concern")


class Risk(models.TextChoices):
    LOW = "low", _("low")
    MEDIUM = "medium", _("medium")
    HIGH = "high", _("high")


class Provenance(models.TextChoices):
    ORIGINAL = "original", _("written by the unit")
    PARTNER = "partner", _("supplied by a partner")
    CONTRIBUTED = "contributed", _("contributed by a reader")
    REPRINTED = "reprinted", _("reprinted from another official source")


class Rhythm(models.TextChoices):
    NONE = "none", _("no fixed rhythm")
    DAILY = "daily", _("every day")
    WEEKDAYS = "weekdays", _("every working day")
    WEEKLY = "weekly", _("every week")
    MONTHLY = "monthly", _("every month")


class Column(models.Model):
    """A standing column (栏目) with a colour, an owner and a rhythm it can be measured against."""

    slug = models.SlugField(max_length=60, unique=True)
    name = models.CharField(_("name"), max_length=30, unique=True)
    color = models.CharField(_("colour"), max_length=7, default="#2b4c7e")
    owner = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    about = models.CharField(_("what it is for"), max_length=200, blank=True)
    rhythm = models.CharField(_("rhythm"), max_length=10, choices=Rhythm.choices, default=Rhythm.NONE)
    # Weekly: ISO weekday 1–7. Monthly: day of the month 1–28. Otherwise empty.
    rhythm_day = models.PositiveSmallIntegerField(_("on which day"), null=True, blank=True)
    position = models.PositiveSmallIntegerField(default=0)
    last_post_at = models.DateTimeField(null=True, editable=False)
    closed_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["position", "id"]

    def __str__(self) -> str:
        return f"#{self.name}#"


class Topic(models.Model):
    """A topic (话题) across columns and units; a standing one is a part of the WeChat issues."""

    slug = models.SlugField(max_length=60, unique=True)
    name = models.CharField(_("name"), max_length=40, unique=True)
    about = models.CharField(_("in a sentence"), max_length=200, blank=True)
    is_standing = models.BooleanField(_("standing topic of the issues"), default=False)
    color = models.CharField(max_length=7, default="#5b6472")
    position = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        ordering = ["position", "id"]

    def __str__(self) -> str:
        return f"#{self.name}#"


class Post(models.Model):
    """What a unit says. Its words are in revisions: `working` is written in, `live` is what the public reads."""

    public_id = models.CharField(max_length=12, unique=True, default=ids.public_id, editable=False)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    author = models.ForeignKey(PERSON, models.PROTECT, related_name="+", null=True)
    # The byline survives the person: who answered for the text when it was written.
    byline = models.CharField(_("responsible editor"), max_length=60, blank=True)
    state = StateField(PostFlow)
    column = models.ForeignKey(Column, models.PROTECT, null=True, blank=True, related_name="+")
    topics: "models.ManyToManyField[Topic, PostTopic]" = models.ManyToManyField(
        Topic, through="PostTopic", related_name="+"
    )
    klass = models.CharField(_("class"), max_length=10, choices=ContentClass.choices, default="affairs")
    purpose = models.CharField(_("purpose"), max_length=12, choices=Purpose.choices, default="info")
    risk = models.CharField(_("risk"), max_length=8, choices=Risk.choices, default="low")
    provenance = models.CharField(_("origin"), max_length=12, choices=Provenance.choices, default="original")
    source_name = models.CharField(_("source"), max_length=80, blank=True)
    source_url = models.URLField(_("address of the source"), max_length=300, blank=True)

    working = models.OneToOneField("Revision", models.PROTECT, null=True, related_name="+", editable=False)
    live = models.OneToOneField("Revision", models.PROTECT, null=True, related_name="+", editable=False)

    embargo_until = models.DateTimeField(_("not before"), null=True, blank=True)
    expires_at = models.DateTimeField(_("out of date after"), null=True, blank=True)
    published_at = models.DateTimeField(null=True, editable=False)
    changed_at = models.DateTimeField(default=clock.now, editable=False)
    corrected_at = models.DateTimeField(null=True, editable=False)
    withdrawn_reason = models.CharField(max_length=300, blank=True, editable=False)
    created_at = models.DateTimeField(default=clock.now, editable=False)

    # Ids of the units that sign it together with its own; part of what is approved.
    signers = ArrayField(models.BigIntegerField(), default=list, editable=False)

    # What an import brought along: its own id, address and counts at that time. Never scored.
    origin_key = models.CharField(max_length=120, blank=True, editable=False)
    origin = models.JSONField(default=dict, editable=False)

    class Meta:
        constraints = [
            PostFlow.constraint("posts_post_state"),
            models.CheckConstraint(
                condition=~models.Q(state__in=["published", "expired", "withdrawn"])
                | models.Q(published_at__isnull=False, live__isnull=False),
                name="posts_post_public_has_words",
            ),
            models.UniqueConstraint(
                fields=["unit", "origin_key"],
                condition=~models.Q(origin_key=""),
                name="posts_post_origin_once",
            ),
        ]
        indexes = [
            models.Index(
                fields=["-published_at", "-id"],
                condition=models.Q(state__in=["published", "expired"]),
                name="posts_public_time",
            ),
            models.Index(
                fields=["unit", "-published_at", "-id"],
                condition=models.Q(state__in=["published", "expired"]),
                name="posts_public_unit",
            ),
            models.Index(
                fields=["column", "-published_at", "-id"],
                condition=models.Q(state__in=["published", "expired"]),
                name="posts_public_column",
            ),
            models.Index(
                fields=["klass", "-published_at", "-id"],
                condition=models.Q(state__in=["published", "expired"]),
                name="posts_public_klass",
            ),
            models.Index(
                fields=["purpose", "-published_at", "-id"],
                condition=models.Q(state__in=["published", "expired"]),
                name="posts_public_purpose",
            ),
            # Few are signed by several: whoever signs finds them here, whatever the number of all others.
            GinIndex(
                fields=["signers"],
                condition=models.Q(state__in=["published", "expired"]) & ~models.Q(signers=[]),
                name="posts_public_signers",
                fastupdate=False,
            ),
            models.Index(
                fields=["-corrected_at"],
                condition=models.Q(corrected_at__isnull=False),
                name="posts_corrected",
            ),
            models.Index(
                fields=["expires_at"],
                condition=models.Q(state="published", expires_at__isnull=False),
                name="posts_expiring",
            ),
            models.Index(
                fields=["unit", "state", "-changed_at"],
                condition=~models.Q(state="published"),
                name="posts_desk",
            ),
        ]

    def __str__(self) -> str:
        revision = self.live or self.working
        return revision.title if revision else self.public_id

    @property
    def audit_label(self) -> str:
        """Return the title as the audit may keep it: nothing can be taken out of there again."""
        return mask(str(self))


class PostTopic(models.Model):
    """A post's place in a topic; `at` repeats the time of publication so that a topic's page needs one index."""

    post = models.ForeignKey(Post, models.CASCADE, related_name="topic_places")
    topic = models.ForeignKey(Topic, models.PROTECT, related_name="+")
    at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["post", "topic"], name="posts_posttopic_once")]
        indexes = [
            models.Index(
                fields=["topic", "-at", "-post"],
                condition=models.Q(at__isnull=False),
                name="posts_topic_time",
            )
        ]


class Revision(models.Model):
    """One version of a post's words. Sealed ones never change; `content_hash` is what approval is bound to."""

    post = models.ForeignKey(Post, models.CASCADE, related_name="revisions")
    number = models.PositiveIntegerField()
    title = models.CharField(_("title"), max_length=120, blank=True)
    summary = models.CharField(_("summary"), max_length=300, blank=True)
    body = models.TextField(_("text"), blank=True)
    # Per-channel wording where it differs: {"weibo": "...", "wechat": "..."}.
    variants = models.JSONField(default=dict, blank=True)
    # The fact box [B18].
    fact_source = models.CharField(_("source of the facts"), max_length=120, blank=True)
    fact_number = models.CharField(_("document number"), max_length=60, blank=True)
    fact_on = models.DateField(_("date of the document"), null=True, blank=True)
    fact_contact = models.CharField(_("whom to call"), max_length=120, blank=True)
    fact_next_at = models.DateTimeField(_("next update"), null=True, blank=True)

    note = models.CharField(_("what changed"), max_length=200, blank=True)
    author = models.ForeignKey(PERSON, models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(default=clock.now)
    # Counts the saves of a working version: a save that names an older one is refused, not merged.
    saves = models.PositiveIntegerField(default=0)
    saved_at = models.DateTimeField(default=clock.now)
    saved_by = models.ForeignKey(PERSON, models.PROTECT, null=True, related_name="+")
    sealed_at = models.DateTimeField(null=True, editable=False)
    content_hash = models.CharField(max_length=64, blank=True, editable=False, db_index=True)

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["post", "number"], name="posts_revision_number_once"),
            models.CheckConstraint(
                condition=models.Q(sealed_at__isnull=True, content_hash="")
                | (models.Q(sealed_at__isnull=False) & ~models.Q(content_hash="")),
                name="posts_revision_sealed_has_hash",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title} v{self.number}"


class RevisionMedia(models.Model):
    """A picture, film or sound in its place in one version of a post."""

    revision = models.ForeignKey(Revision, models.CASCADE, related_name="media")
    asset = models.ForeignKey(Asset, models.PROTECT, related_name="+")
    position = models.PositiveSmallIntegerField(default=0)
    alt = models.CharField(_("described for those who cannot see it"), max_length=300)
    caption = models.CharField(_("caption"), max_length=200, blank=True)

    class Meta:
        ordering = ["position", "id"]


class SearchEntry(models.Model):
    """What search knows of one public post; lean, so that a million of them stay quick."""

    post = models.OneToOneField(Post, models.CASCADE, primary_key=True, related_name="+")
    unit = models.ForeignKey(Unit, models.CASCADE, related_name="+", db_index=False)
    column = models.ForeignKey(Column, models.CASCADE, null=True, related_name="+", db_index=False)
    klass = models.CharField(max_length=10)
    published_at = models.DateTimeField()
    document = SearchVectorField()

    class Meta:
        indexes = [
            GinIndex(fields=["document"], name="posts_search_document"),
            models.Index(fields=["-published_at", "-post"], name="posts_search_time"),
        ]


class Presence(models.Model):
    """Who has a post open for writing, and who of them holds the pen."""

    post = models.ForeignKey(Post, models.CASCADE, related_name="+")
    person = models.ForeignKey(PERSON, models.CASCADE, related_name="+")
    since = models.DateTimeField(default=clock.now)
    seen_at = models.DateTimeField(default=clock.now)
    holds_pen = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["post", "person"], name="posts_presence_once"),
            models.UniqueConstraint(
                fields=["post"],
                condition=models.Q(holds_pen=True),
                name="posts_presence_one_pen",
            ),
        ]


class Correction(models.Model):
    """What was wrong, what is right, and why. The public page strikes the one and shows the other."""

    public_id = models.CharField(max_length=12, unique=True, default=ids.public_id, editable=False)
    post = models.ForeignKey(Post, models.CASCADE, related_name="corrections")
    state = StateField(CorrectionFlow)
    before = models.ForeignKey(Revision, models.PROTECT, related_name="+")
    after = models.OneToOneField(Revision, models.PROTECT, related_name="+")
    wrong = models.CharField(_("what was wrong"), max_length=300)
    right = models.CharField(_("what is right"), max_length=300)
    reason = models.CharField(_("why"), max_length=300)
    by = models.ForeignKey(PERSON, models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(default=clock.now)
    published_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["created_at", "id"]
        constraints = [
            CorrectionFlow.constraint("posts_correction_state"),
            models.UniqueConstraint(
                fields=["post"],
                condition=models.Q(state__in=["draft", "in_review", "returned", "approved"]),
                name="posts_correction_one_at_a_time",
            ),
        ]

    def __str__(self) -> str:
        return str(self.post)


class Decision(models.Model):
    """A person's word that something personal stays in a text or an issue, and why.

    It is about exact words, known by a keyed digest: what they are in clear stands in the text only.
    """

    post = models.ForeignKey(Post, models.CASCADE, null=True, related_name="decisions")
    issue = models.ForeignKey("Issue", models.CASCADE, null=True, related_name="decisions")
    rule = models.CharField(max_length=60)
    fingerprint = models.CharField(max_length=64)
    shown = models.CharField(_("the words, masked"), max_length=120)
    reason = models.CharField(_("why they stay"), max_length=300)
    by = models.ForeignKey(PERSON, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["post", "rule", "fingerprint"], name="posts_decision_once"),
            models.UniqueConstraint(
                fields=["issue", "rule", "fingerprint"], name="posts_decision_issue_once"
            ),
            models.CheckConstraint(
                condition=models.Q(post__isnull=False, issue__isnull=True)
                | models.Q(post__isnull=True, issue__isnull=False),
                name="posts_decision_of_one",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.rule} {self.shown}"


class FollowUp(models.Model):
    """A promise in a post: who reports what by when, and the post that kept it [B28]."""

    post = models.ForeignKey(Post, models.CASCADE, related_name="follow_ups")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    promise = models.CharField(_("what will be reported"), max_length=200)
    due_at = models.DateTimeField(_("by when"))
    state = StateField(FollowUpFlow)
    # Whoever made it does not confirm it; null: entered by the system.
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+"
    )
    outcome = models.ForeignKey(Post, models.PROTECT, null=True, related_name="outcome_of")
    closed_reason = models.CharField(max_length=200, blank=True)
    closed_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["due_at"]
        constraints = [FollowUpFlow.constraint("posts_followup_state")]
        indexes = [
            models.Index(
                fields=["due_at"],
                condition=models.Q(state="open"),
                name="posts_followup_due",
            )
        ]


class LinkKind(models.TextChoices):
    EXPLAINS = "explains", _("explains")
    ANSWERS = "answers", _("answers questions on")
    PICTURES = "pictures", _("shows in pictures")
    CONTINUES = "continues", _("continues")


class PostLink(models.Model):
    """A pair: `post` explains, answers questions on, or pictures `target`; both pages show it [B21]."""

    post = models.ForeignKey(Post, models.CASCADE, related_name="links")
    target = models.ForeignKey(Post, models.CASCADE, related_name="linked_from")
    kind = models.CharField(max_length=10, choices=LinkKind.choices)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["post", "target", "kind"], name="posts_link_once"),
            models.CheckConstraint(
                condition=~models.Q(post=models.F("target")),
                name="posts_link_not_itself",
            ),
        ]


class Issue(models.Model):
    """A numbered issue (期) of one to eight articles of one unit [B04]."""

    public_id = models.CharField(max_length=12, unique=True, default=ids.public_id, editable=False)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    number = models.PositiveIntegerField(_("issue number"))
    title = models.CharField(_("title"), max_length=64)
    cover = models.ForeignKey(Asset, models.PROTECT, null=True, blank=True, related_name="+")
    cover_alt = models.CharField(_("cover described"), max_length=300, blank=True)
    state = StateField(IssueFlow)
    editor = models.ForeignKey(PERSON, models.PROTECT, null=True, related_name="+")
    saves = models.PositiveIntegerField(default=0)
    content_hash = models.CharField(max_length=64, blank=True, editable=False)
    published_at = models.DateTimeField(null=True, editable=False)
    changed_at = models.DateTimeField(default=clock.now, editable=False)
    withdrawn_reason = models.CharField(max_length=300, blank=True, editable=False)

    class Meta:
        ordering = ["-number"]
        constraints = [
            IssueFlow.constraint("posts_issue_state"),
            models.UniqueConstraint(fields=["unit", "number"], name="posts_issue_number_once"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def audit_label(self) -> str:
        """Return the title as the audit may keep it."""
        return mask(self.title)


class IssueArticle(models.Model):
    """One article of an issue: a post, with the title and digest it carries there."""

    issue = models.ForeignKey(Issue, models.CASCADE, related_name="articles")
    post = models.ForeignKey(Post, models.PROTECT, related_name="+")
    topic = models.ForeignKey(Topic, models.PROTECT, null=True, blank=True, related_name="+")
    position = models.PositiveSmallIntegerField()
    title = models.CharField(_("title"), max_length=64)
    digest = models.CharField(_("digest"), max_length=120, blank=True)

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(
                fields=["issue", "position"],
                name="posts_article_place_once",
                deferrable=models.Deferrable.DEFERRED,
            ),
            models.UniqueConstraint(fields=["issue", "post"], name="posts_article_post_once"),
            models.CheckConstraint(
                condition=models.Q(position__gte=1, position__lte=8),
                name="posts_article_one_to_eight",
            ),
        ]


class Template(models.Model):
    """A text to start from, or a phrase to put in; a unit's own, or everybody's when `unit` is empty [B11]."""

    unit = models.ForeignKey(Unit, models.CASCADE, null=True, blank=True, related_name="+")
    name = models.CharField(_("name"), max_length=60)
    is_phrase = models.BooleanField(_("a phrase, not a whole text"), default=False)
    for_emergency = models.BooleanField(_("for emergencies"), default=False)
    klass = models.CharField(_("class"), max_length=10, choices=ContentClass.choices, default="service")
    column = models.ForeignKey(Column, models.SET_NULL, null=True, blank=True, related_name="+")
    title = models.CharField(_("title"), max_length=120, blank=True)
    body = models.TextField(_("text"))
    retired_at = models.DateTimeField(null=True, editable=False)

    def __str__(self) -> str:
        return self.name


class OwnWord(models.Model):
    """A form the city knows to be wrong, with what is meant; or, without a wrong form, a name that is right."""

    wrong = models.CharField(_("wrong form"), max_length=40, blank=True)
    # Several are apart by "|".
    right = models.CharField(_("right form"), max_length=120)
    reason = models.CharField(_("why"), max_length=200, blank=True)
    source = models.CharField(_("where it is from"), max_length=200, blank=True)
    but = models.CharField(_("longer words in which it is right"), max_length=200, blank=True)
    is_on = models.BooleanField(_("looked for"), default=True)
    by = models.ForeignKey(PERSON, models.PROTECT, null=True, editable=False, related_name="+")
    changed_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        ordering = ["-is_on", "wrong", "right"]
        constraints = [
            models.UniqueConstraint(
                fields=["wrong"], condition=~models.Q(wrong=""), name="posts_ownword_wrong_once"
            ),
            models.UniqueConstraint(
                fields=["right"], condition=models.Q(wrong=""), name="posts_ownword_name_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.wrong} → {self.right}" if self.wrong else self.right


class Assignment(models.Model):
    """What the centre asks units to post by when [B20]."""

    public_id = models.CharField(max_length=12, unique=True, default=ids.public_id, editable=False)
    centre = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    title = models.CharField(_("what to post"), max_length=100)
    brief = models.TextField(_("what it should hold"), blank=True)
    column = models.ForeignKey(Column, models.PROTECT, null=True, blank=True, related_name="+")
    topic = models.ForeignKey(Topic, models.PROTECT, null=True, blank=True, related_name="+")
    due_at = models.DateTimeField(_("by when"))
    created_by = models.ForeignKey(PERSON, models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(default=clock.now)

    def __str__(self) -> str:
        return self.title


class AssignmentTarget(models.Model):
    """One unit's part of an assignment."""

    assignment = models.ForeignKey(Assignment, models.CASCADE, related_name="targets")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    state = StateField(AssignmentFlow)
    post = models.ForeignKey(Post, models.SET_NULL, null=True, related_name="+")
    note = models.CharField(_("reason or remark"), max_length=200, blank=True)
    changed_at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [
            AssignmentFlow.constraint("posts_assignmenttarget_state"),
            models.UniqueConstraint(fields=["assignment", "unit"], name="posts_assignment_unit_once"),
        ]
