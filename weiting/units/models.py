"""Columns and constraints of units, halls, remits, memberships, batches and official accounts."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from weiting.core import clock, ids
from weiting.core.flow import StateField
from weiting.units.flow import AccountFlow
from weiting.units.roles import Role

PERSON = settings.AUTH_USER_MODEL


class Kind(models.TextChoices):
    CITY = "city", _("city")
    DISTRICT = "district", _("district or county")
    BUREAU = "bureau", _("bureau")
    SUBDISTRICT = "subdistrict", _("subdistrict or township")
    COMMUNITY = "community", _("community or village")
    GRID = "grid", _("grid")
    PARTNER = "partner", _("alliance partner")


class Unit(models.Model):
    """A public body that speaks in its own name. `path` is "1.7.31." from the root down to itself."""

    public_id = models.CharField(max_length=12, unique=True, default=ids.public_id, editable=False)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")
    path = models.CharField(max_length=200, editable=False, db_index=True, db_collation="C")
    depth = models.PositiveSmallIntegerField(editable=False)
    kind = models.CharField(_("kind"), max_length=12, choices=Kind.choices)
    slug = models.SlugField(_("address name"), max_length=60, unique=True)
    name = models.CharField(_("official name"), max_length=80)
    short_name = models.CharField(_("name as people know it"), max_length=40)
    seal_text = models.CharField(_("letters of the seal"), max_length=4)
    color = models.CharField(_("colour of the seal"), max_length=7, default="#2b4c7e")
    division_code = models.CharField(_("division code"), max_length=12, blank=True, db_index=True)
    about = models.TextField(_("what people come for"), blank=True)
    tone = models.TextField(_("how this unit speaks"), blank=True)
    address = models.CharField(_("address"), max_length=200, blank=True)
    phone = models.CharField(_("public telephone"), max_length=60, blank=True)
    hours = models.CharField(_("opening hours"), max_length=120, blank=True)
    joined_on = models.DateField(_("in the hall since"), null=True, blank=True)
    closed_on = models.DateField(_("closed on"), null=True, blank=True, editable=False)
    closed_reason = models.CharField(max_length=200, blank=True, editable=False)
    successor = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="+", editable=False
    )
    # Kept by publishing when something of this unit becomes public; "silent for N days" is counted from it.
    last_spoke_at = models.DateTimeField(null=True, blank=True, editable=False)
    created_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        ordering = ["path"]
        constraints = [
            models.UniqueConstraint(fields=["parent", "name"], name="units_unit_name_once_under_parent"),
            models.CheckConstraint(
                condition=models.Q(depth=0, parent__isnull=True)
                | models.Q(depth__gt=0, parent__isnull=False),
                name="units_unit_root_has_depth_0",
            ),
        ]

    def __str__(self) -> str:
        return self.short_name

    @property
    def is_closed(self) -> bool:
        """Say whether the unit has been closed; its posts stay where they are."""
        return self.closed_on is not None

    @property
    def ancestor_ids(self) -> list[int]:
        """List the ids from the root down to the unit itself."""
        return [int(part) for part in self.path.split(".") if part]


class Remit(models.Model):
    """One matter a unit answers for, in residents' words."""

    unit = models.ForeignKey(Unit, models.CASCADE, related_name="remits")
    matter = models.CharField(_("matter"), max_length=60)
    synonyms = models.JSONField(_("other words for it"), default=list, blank=True)
    note = models.CharField(_("what exactly"), max_length=300, blank=True)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position", "id"]
        constraints = [models.UniqueConstraint(fields=["unit", "matter"], name="units_remit_once")]

    def __str__(self) -> str:
        return self.matter


class Hall(models.Model):
    """A publishing hall and its brand: one main hall, and sub-halls of districts or townships."""

    unit = models.OneToOneField(Unit, models.PROTECT, related_name="hall")
    slug = models.SlugField(max_length=60, unique=True)
    name = models.CharField(_("name"), max_length=40)
    slogan = models.CharField(_("line under the name"), max_length=80, blank=True)
    color = models.CharField(_("colour"), max_length=7, default="#b4322a")
    host = models.CharField(_("run by"), max_length=80, blank=True)
    filing = models.CharField(_("ICP filing number"), max_length=60, blank=True)
    police_filing = models.CharField(_("public security filing number"), max_length=60, blank=True)
    site_code = models.CharField(_("government site code"), max_length=20, blank=True)
    filing_prefix = models.CharField(
        _("letters before registry numbers"), max_length=12, default="网备", blank=True
    )
    phone = models.CharField(_("telephone"), max_length=60, blank=True)
    email = models.EmailField(blank=True)
    is_main = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["is_main"],
                condition=models.Q(is_main=True),
                name="units_hall_one_main",
            )
        ]

    def __str__(self) -> str:
        return self.name


class Section(models.Model):
    """A part of a hall's page in which the hall editor arranges units."""

    hall = models.ForeignKey(Hall, models.CASCADE, related_name="sections")
    slug = models.SlugField(max_length=60)
    name = models.CharField(_("name"), max_length=40)
    about = models.CharField(_("in a sentence"), max_length=120, blank=True)
    color = models.CharField(max_length=7, default="#2b4c7e")
    position = models.PositiveSmallIntegerField(default=0)
    units: "models.ManyToManyField[Unit, SectionUnit]" = models.ManyToManyField(
        Unit, through="SectionUnit", related_name="sections"
    )

    class Meta:
        ordering = ["position", "id"]
        constraints = [models.UniqueConstraint(fields=["hall", "slug"], name="units_section_slug_once")]

    def __str__(self) -> str:
        return self.name


class SectionUnit(models.Model):
    """The place of one unit in one section."""

    section = models.ForeignKey(Section, models.CASCADE, related_name="places")
    unit = models.ForeignKey(Unit, models.CASCADE, related_name="+")
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position", "id"]
        constraints = [models.UniqueConstraint(fields=["section", "unit"], name="units_sectionunit_once")]

    def __str__(self) -> str:
        return f"{self.section_id}:{self.unit_id}"


class Scope(models.TextChoices):
    UNIT = "unit", _("this unit")
    SUBTREE = "subtree", _("this unit and all below it")


class Membership(models.Model):
    """A person holds a role at a unit for a time. Several roles are several rows."""

    person = models.ForeignKey(PERSON, models.CASCADE, related_name="memberships")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="memberships")
    role = models.CharField(_("role"), max_length=20, choices=Role.choices)
    scope = models.CharField(_("reach"), max_length=8, choices=Scope.choices, default=Scope.UNIT)
    title = models.CharField(_("office held"), max_length=60, blank=True)
    # A spokesperson's name and office stand in the public register only when this is set.
    is_listed = models.BooleanField(_("in the public register"), default=False)
    is_lead = models.BooleanField(_("leads the team"), default=False)
    from_on = models.DateField(_("from"), default=clock.today)
    until_on = models.DateField(_("until"), null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "unit", "role"],
                condition=models.Q(until_on__isnull=True),
                name="units_membership_once",
            )
        ]
        indexes = [models.Index(fields=["unit", "role"], name="units_member_unit_role")]

    def __str__(self) -> str:
        return f"{self.person} {self.get_role_display()}"


class Substitution(models.Model):
    """Who acts for whom while they are away: read by review, duty and the case desk."""

    person = models.ForeignKey(PERSON, models.CASCADE, related_name="+")
    substitute = models.ForeignKey(PERSON, models.CASCADE, related_name="+")
    from_at = models.DateTimeField()
    until_at = models.DateTimeField()
    reason = models.CharField(max_length=120, blank=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(until_at__gt=models.F("from_at")),
                name="units_substitution_ends_after_start",
            ),
            models.CheckConstraint(
                condition=~models.Q(person=models.F("substitute")),
                name="units_substitution_not_oneself",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} → {self.substitute}"


class Shift(models.Model):
    """One stretch of the duty roster, with the note handed to the next."""

    unit = models.ForeignKey(Unit, models.CASCADE, related_name="shifts")
    person = models.ForeignKey(PERSON, models.CASCADE, related_name="+")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    note = models.TextField(_("handed over"), blank=True)
    noted_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["starts_at"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends_at__gt=models.F("starts_at")),
                name="units_shift_ends_after_start",
            )
        ]
        indexes = [models.Index(fields=["unit", "starts_at"], name="units_shift_by_unit")]

    def __str__(self) -> str:
        return f"{clock.local(self.starts_at):%Y-%m-%d %H:%M}–{clock.local(self.ends_at):%m-%d %H:%M}"


class Batch(models.Model):
    """Units brought into the hall together by a deadline; `checklist` holds the steps each must do."""

    name = models.CharField(_("name"), max_length=60)
    basis = models.CharField(_("document it rests on"), max_length=200, blank=True)
    deadline_on = models.DateField(_("deadline"))
    checklist = models.JSONField(default=list)
    created_at = models.DateTimeField(default=clock.now)

    def __str__(self) -> str:
        return self.name


class BatchUnit(models.Model):
    """One unit's progress in a batch. `done` maps a step's number to the day and person's name."""

    batch = models.ForeignKey(Batch, models.CASCADE, related_name="places")
    unit = models.ForeignKey(Unit, models.CASCADE, related_name="+")
    done = models.JSONField(default=dict)
    finished_on = models.DateField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["batch", "unit"], name="units_batchunit_once")]

    def __str__(self) -> str:
        return str(self.unit)


class Platform(models.TextChoices):
    HALL = "hall", _("Hall")
    WEIBO = "weibo", _("Sina Weibo")
    WECHAT = "wechat", _("WeChat official account")
    TOUTIAO = "toutiao", _("Toutiao")
    DOUYIN = "douyin", _("Douyin")
    KUAISHOU = "kuaishou", _("Kuaishou")
    SHIPINHAO = "shipinhao", _("WeChat Channels (Shipinhao)")
    RENMINHAO = "rmh", _("People's Daily account (Renminhao)")
    FEDIVERSE = "fediverse", _("Fediverse")
    WEBSITE = "website", _("Website")
    APP = "app", _("App or mini program")
    TENCENT_WEIBO = "tencent_weibo", _("Tencent Weibo (closed down)")
    PEOPLE_WEIBO = "people_weibo", _("People's Daily Weibo (closed down)")
    OTHER = "other", _("other")


class Account(models.Model):
    """An official account somewhere: an entry of the public register of official voices.

    One account per unit and platform by rule; a second one (a column's, a person's in office) needs
    `holder` or a recorded `exception_reason`. There is no object for an unlisted account.
    """

    public_id = models.CharField(max_length=12, unique=True, default=ids.public_id, editable=False)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="accounts")
    holder = models.ForeignKey(Membership, models.PROTECT, null=True, blank=True, related_name="+")
    platform = models.CharField(_("platform"), max_length=16, choices=Platform.choices)
    handle = models.CharField(_("name on the platform"), max_length=80)
    # The handle and address as look-ups compare them: NFKC, lower case, simplified, without @ and spaces.
    handle_key = models.CharField(max_length=80, editable=False, db_index=True)
    url = models.URLField(_("address"), max_length=300, blank=True)
    url_key = models.CharField(max_length=300, editable=False, db_index=True, blank=True)
    purpose = models.CharField(_("what it is for"), max_length=120, blank=True)
    state = StateField(AccountFlow)
    filing_number = models.CharField(_("registry number"), max_length=40, blank=True)
    exception_reason = models.CharField(max_length=200, blank=True)
    applied_on = models.DateField(default=clock.today)
    # Whoever applied does not file: the register is kept by a second pair of eyes. Null: entered by the system.
    applied_by = models.ForeignKey(
        PERSON, models.PROTECT, null=True, blank=True, editable=False, related_name="+"
    )
    registered_on = models.DateField(_("registered on the platform"), null=True, blank=True)
    verified_on = models.DateField(_("verified by the platform"), null=True, blank=True)
    opened_on = models.DateField(_("official since"), null=True, blank=True)
    closed_on = models.DateField(_("closed on"), null=True, blank=True)
    state_reason = models.CharField(max_length=200, blank=True)
    keeper = models.ForeignKey(PERSON, models.SET_NULL, null=True, blank=True, related_name="+")
    # Hand-over makes the new keeper renew every credential before the account may speak again.
    must_rotate = models.BooleanField(default=False)

    class Meta:
        constraints = [
            AccountFlow.constraint("units_account_state"),
            models.UniqueConstraint(
                fields=["unit", "platform"],
                condition=models.Q(holder__isnull=True, exception_reason="")
                & ~models.Q(state__in=["closed", "refused"]),
                name="units_account_one_per_platform",
            ),
            models.UniqueConstraint(
                fields=["platform", "handle_key"],
                condition=~models.Q(state__in=["closed", "refused"]),
                name="units_account_handle_once",
            ),
            models.UniqueConstraint(
                fields=["filing_number"],
                condition=~models.Q(filing_number=""),
                name="units_account_filing_once",
            ),
        ]

    def __str__(self) -> str:
        return self.handle


class AccountEvent(models.Model):
    """One line of an account's history as the register shows it."""

    account = models.ForeignKey(Account, models.CASCADE, related_name="history")
    on = models.DateField(default=clock.today)
    move = models.CharField(max_length=20)
    note = models.CharField(max_length=300, blank=True)
    by_name = models.CharField(max_length=60, blank=True)

    class Meta:
        ordering = ["on", "id"]

    def __str__(self) -> str:
        return f"{self.on} {self.move}"


class CalendarDay(models.Model):
    """A day that is not as its weekday says, written by this city over what comes with the product."""

    day = models.DateField(primary_key=True)
    is_worked = models.BooleanField()
    name = models.CharField(max_length=40, blank=True)
    source = models.CharField(max_length=200)

    class Meta:
        ordering = ["day"]

    def __str__(self) -> str:
        return f"{self.day} {'+' if self.is_worked else '-'}"
