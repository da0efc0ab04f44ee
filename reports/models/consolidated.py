"""The report that goes upward: its outline as data, its lines with their sources, frozen once it is final."""

from datetime import date
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from simple_history.models import HistoricalRecords

from assignments.models import Unit, User
from assignments.permissions import Permission
from models_registry.models import Plan

from .entries import ProgressEntry
from .obstacles import Obstacle
from .periods import ReportingPeriod


class SectionKind(models.TextChoices):
    """What the portal drafts under a heading of the outline."""

    HEADING = "heading", "Chỉ có tiêu đề"
    FIGURES = "figures", "Số liệu chung bằng câu"
    RESULTS = "results", "Kết quả theo nhóm và mô hình"
    DIRECTION = "direction", "Chỉ đạo, điều hành của cơ quan thường trực"
    DIFFICULTIES = "difficulties", "Khó khăn, vướng mắc theo cấp giải quyết"
    NEXT_STEPS = "next_steps", "Nhiệm vụ kỳ tới"
    PROPOSALS = "proposals", "Đề xuất, kiến nghị"
    FREE = "free", "Tự soạn"
    ANNEX_INITIATIVES = "annex_initiatives", "Phụ lục: tình hình các mô hình"
    ANNEX_FILING = "annex_filing", "Phụ lục: tình hình nộp báo cáo theo đơn vị"
    ANNEX_INDICATORS = "annex_indicators", "Phụ lục: chỉ tiêu"


ANNEX_KINDS = (SectionKind.ANNEX_INITIATIVES, SectionKind.ANNEX_FILING, SectionKind.ANNEX_INDICATORS)
DRAFTED_KINDS = (
    SectionKind.FIGURES,
    SectionKind.RESULTS,
    SectionKind.DIRECTION,
    SectionKind.DIFFICULTIES,
    SectionKind.NEXT_STEPS,
    SectionKind.PROPOSALS,
)


class Section(models.Model):
    """One heading: ``level`` 1 is "I. KẾT QUẢ", 2 "1. Số liệu chung"; an annex has none of the numbering's levels."""

    position = models.PositiveSmallIntegerField("thứ tự")
    level = models.PositiveSmallIntegerField("cấp tiêu đề", choices={1: "I, II, III …", 2: "1, 2, 3 …"}, default=1)
    kind = models.CharField("nội dung", max_length=20, choices=SectionKind)
    title = models.CharField("tiêu đề", max_length=300)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.title

    @property
    def is_annex(self) -> bool:
        return self.kind in ANNEX_KINDS

    @property
    def is_written(self) -> bool:
        """Whether lines stand under it, the portal's or a person's."""
        return not self.is_annex and self.kind != SectionKind.HEADING

    @property
    def is_drafted(self) -> bool:
        """Whether the portal drafts lines under it."""
        return self.kind in DRAFTED_KINDS


class OutlineSection(Section):
    """One heading of the outline by which reports of a plan are drafted; the standing agency arranges them."""

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="outline", verbose_name="kế hoạch")
    is_active = models.BooleanField("đang dùng", default=True)

    history = HistoricalRecords()

    class Meta:
        verbose_name = "mục của đề cương"
        verbose_name_plural = "đề cương báo cáo gửi cấp trên"
        ordering = ("plan", "position", "pk")
        constraints = (
            models.CheckConstraint(name="outline_section_has_a_title", condition=~Q(title="")),
            models.CheckConstraint(name="outline_section_is_of_level_1_or_2", condition=Q(level__in=(1, 2))),
        )


class ConsolidatedReportQuerySet(models.QuerySet):
    def visible_to(self, user: User, day: date) -> Self:
        """Finals to whoever sees the roll-up; a draft only to those who write it."""
        final = user.reach(Permission.VIEW_ROLLUP, day).rows("period__plan") & Q(state=ConsolidatedReport.State.FINAL)
        return self.filter(user.reach(Permission.WRITE_CONSOLIDATED, day).rows("period__plan") | final)

    def final(self) -> Self:
        return self.filter(state=ConsolidatedReport.State.FINAL)

    def drafts(self) -> Self:
        return self.filter(state=ConsolidatedReport.State.DRAFT)

    def numbered_in(self, unit: Unit, year: int) -> Self:
        """The reports ``unit`` has given numbers to in ``year``, in the order of their numbers."""
        return self.filter(unit=unit, number_year=year, number__isnull=False).order_by("number")

    def with_symbol(self) -> Self:
        """With ``kept_symbol``, under which a final report was issued; the letterhead may have changed since."""
        return self.annotate(kept_symbol=F("snapshot__document__head__symbol"))


class ConsolidatedReport(models.Model):
    """The report of one period upward, in one of its versions; a final one is never changed (guarded in the database).

    ``taken`` says what it was last drafted from, so that what came in after is known: ``{"reports": {"<pk>": "<filed
    at>"}, "excluded": [<entry>, …]}``. ``recipients`` and ``addressees`` hold one name a line.
    """

    class State(models.TextChoices):
        DRAFT = "draft", "Dự thảo"
        FINAL = "final", "Đã ban hành"

    period = models.ForeignKey(ReportingPeriod, models.PROTECT, related_name="consolidated", verbose_name="kỳ báo cáo")
    version = models.PositiveSmallIntegerField("lần", default=1)
    corrects = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="corrected_by", verbose_name="thay cho"
    )
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name="đơn vị ban hành")
    state = models.CharField("trạng thái", max_length=10, choices=State, default=State.DRAFT)
    addressees = models.TextField("kính gửi", blank=True)
    drafted_at = models.DateTimeField("soạn lúc")
    drafted_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="người soạn")
    taken_at = models.DateTimeField("lấy số liệu đến lúc")
    taken = models.JSONField("đã tổng hợp", default=dict)
    number = models.PositiveIntegerField("số", null=True, blank=True)
    number_year = models.PositiveSmallIntegerField("năm của số", null=True, blank=True)
    signed_on = models.DateField("ngày ký", null=True, blank=True)
    signer = models.CharField("người ký", max_length=100, blank=True)
    authority = models.TextField("quyền hạn, chức vụ", blank=True)
    office = models.CharField("chức vụ trong cơ quan", max_length=100, blank=True)
    finalized_at = models.DateTimeField("ban hành lúc", null=True, blank=True)
    finalized_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="người ban hành"
    )

    kept_symbol: str | None = None  # read by ``with_symbol``

    objects = ConsolidatedReportQuerySet.as_manager()
    history = HistoricalRecords(excluded_fields=["taken"])

    class Meta:
        verbose_name = "báo cáo gửi cấp trên"
        verbose_name_plural = "báo cáo gửi cấp trên"
        ordering = ("-period__ends_on", "-version")
        constraints = (
            models.UniqueConstraint(fields=("period", "version"), name="consolidated_version_once_per_period"),
            models.UniqueConstraint(
                fields=("period",), condition=Q(state="draft"), name="one_consolidated_draft_per_period"
            ),
            models.UniqueConstraint(
                fields=("unit", "number_year", "number"), name="consolidated_number_once_per_unit_and_year"
            ),
            models.CheckConstraint(
                name="final_consolidated_report_is_numbered_dated_and_says_by_whom",
                condition=Q(
                    state="final",
                    number__gte=1,
                    number_year__isnull=False,
                    signed_on__isnull=False,
                    finalized_at__isnull=False,
                    finalized_by__isnull=False,
                )
                | Q(
                    state="draft",
                    number=None,
                    number_year=None,
                    signed_on=None,
                    finalized_at=None,
                    finalized_by=None,
                ),
            ),
            models.CheckConstraint(
                name="later_version_says_what_it_corrects",
                condition=Q(version=1, corrects=None) | Q(version__gt=1, corrects__isnull=False),
            ),
            models.CheckConstraint(
                name="consolidated_report_does_not_correct_itself", condition=Q(corrects=None) | ~Q(corrects=F("pk"))
            ),
        )

    def __str__(self) -> str:
        return self._called(self.period.title_at(self.drafted_at))

    def get_absolute_url(self) -> str:
        return reverse("consolidated_report", args=[self.pk])

    @property
    def file_name(self) -> str:
        """Without its ending; of documents a period is told by its number."""
        return self._called(self.period.title)

    def _called(self, title: str) -> str:
        again = f" (lần {self.version})" if self.version > 1 else ""
        return f"Báo cáo gửi cấp trên {title}{again}"

    @property
    def is_final(self) -> bool:
        return self.state == self.State.FINAL


class ConsolidatedSection(Section):
    """A heading of one report: a copy of the outline's, which may be arranged anew meanwhile."""

    report = models.ForeignKey(
        ConsolidatedReport, models.CASCADE, related_name="sections", verbose_name="báo cáo gửi cấp trên"
    )
    drafted_at = models.DateTimeField("soạn lúc")

    class Meta:
        verbose_name = "mục của báo cáo gửi cấp trên"
        verbose_name_plural = "mục của báo cáo gửi cấp trên"
        ordering = ("report", "position")
        constraints = (
            models.UniqueConstraint(fields=("report", "position"), name="section_place_once_per_consolidated_report"),
        )


class ConsolidatedLineQuerySet(models.QuerySet):
    def kept(self) -> Self:
        return self.filter(removed_at=None)


class ConsolidatedLine(models.Model):
    """One line under a heading, and what it was drawn from.

    ``key`` names what it says, so that drafting anew finds it again; one written by hand has none. An edited or
    removed line stays as it is when its section is drafted anew. ``version`` counts the changes of the text.
    """

    class Form(models.TextChoices):
        HEADING = "heading", "tiêu đề"
        PARAGRAPH = "paragraph", "đoạn"
        BULLET = "bullet", "gạch đầu dòng (-)"
        SUB_BULLET = "sub_bullet", "ý nhỏ (+)"

    section = models.ForeignKey(ConsolidatedSection, models.CASCADE, related_name="lines", verbose_name="mục")
    position = models.PositiveIntegerField("thứ tự")
    form = models.CharField("kiểu dòng", max_length=10, choices=Form)
    text = models.TextField("nội dung")
    key = models.CharField("khóa", max_length=100, blank=True)
    is_edited = models.BooleanField("đã sửa tay", default=False)
    removed_at = models.DateTimeField("bỏ lúc", null=True, blank=True)
    version = models.PositiveIntegerField("lần sửa", default=0)
    entries: models.ManyToManyField = models.ManyToManyField(
        ProgressEntry, related_name="consolidated_lines", verbose_name="dòng tiến độ"
    )
    obstacles: models.ManyToManyField = models.ManyToManyField(
        Obstacle, related_name="consolidated_lines", verbose_name="khó khăn"
    )

    objects = ConsolidatedLineQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = "dòng của báo cáo gửi cấp trên"
        verbose_name_plural = "dòng của báo cáo gửi cấp trên"
        ordering = ("section", "position", "pk")
        constraints = (
            models.UniqueConstraint(fields=("section", "key"), condition=~Q(key=""), name="line_key_once_per_section"),
        )

    def __str__(self) -> str:
        return self.text

    @property
    def is_stable(self) -> bool:
        """Whether a person edited, removed or wrote it, so that drafting anew leaves it as it is."""
        return self.is_edited or self.removed_at is not None or not self.key


class ConsolidatedSnapshot(models.Model):
    """What a final report was made from and says: ``document`` as ``consolidated.document_json`` writes it,
    ``sheets`` the tables behind it.
    """

    report = models.OneToOneField(
        ConsolidatedReport, models.CASCADE, related_name="snapshot", verbose_name="báo cáo gửi cấp trên"
    )
    document = models.JSONField("văn bản")
    sheets = models.JSONField("bảng số liệu")

    class Meta:
        verbose_name = "bản lưu báo cáo gửi cấp trên"
        verbose_name_plural = "bản lưu báo cáo gửi cấp trên"

    def __str__(self) -> str:
        return str(self.report)
