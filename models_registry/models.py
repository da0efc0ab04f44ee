"""What the plan says: the plan, its groups and initiatives, their texts, deadlines, platforms and indicators."""

from datetime import date
from typing import Any, Self

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from simple_history.models import HistoricalRecords

from models_registry.deadlines import DeadlineKind, DeadlineReading
from models_registry.short_names import LONGEST as LONGEST_SHORT_NAME
from models_registry.text import fold, one_line, sort_key, write_number, write_percent

DEADLINE_KIND_LABELS = {
    DeadlineKind.DAY: "ngày",
    DeadlineKind.MONTH: "tháng",
    DeadlineKind.QUARTER: "quý",
    DeadlineKind.YEAR: "năm",
    DeadlineKind.RANGE: "giai đoạn",
    DeadlineKind.ONGOING: "thường xuyên",
    DeadlineKind.SCHEDULE: "theo lộ trình của cơ quan khác",
    DeadlineKind.RELATIVE: "tính từ một sự kiện",
    DeadlineKind.RECURRING: "lặp lại",
    DeadlineKind.UNREAD: "chưa đọc được",
}


SHORT_NAME_TAKEN = "Đã có kế hoạch mang tên gọi tắt này. Hãy thêm điều phân biệt hai kế hoạch, như năm hoặc giai đoạn."


class FoldedQuerySet(models.QuerySet[Any]):
    def search(self, phrase: str) -> Self:
        """Rows that have every word of ``phrase``, with or without diacritics."""
        found = self
        for word in fold(phrase).split():
            found = found.filter(self.has_word(word))
        return found

    def has_word(self, word: str) -> Q:
        """Where one folded word is looked for."""
        return begins_a_word("search_key", word)


def begins_a_word(field: str, word: str) -> Q:
    """Whether a word of the folded ``field`` begins with ``word``."""
    return Q(**{f"{field}__startswith": word}) | Q(**{f"{field}__contains": f" {word}"})


class FoldedName(models.Model):
    """A name kept in one line, with its folded form for search and its key for Vietnamese order."""

    # A name may be a paragraph: the longest met in a real annex has 1,742 letters. The keys follow: folding never
    # lengthens a text, sorting takes up to six digits a letter; an index entry of PostgreSQL holds 2,704 bytes.
    name = models.CharField("tên", max_length=2000)
    search_key = models.CharField(max_length=2000, editable=False, db_index=True)
    sort_key = models.CharField(max_length=12000, editable=False)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.set_keys()
        super().save(*args, **kwargs)

    def set_keys(self) -> None:
        """Bring the derived keys in line with the name; ``bulk_create`` needs it called by hand."""
        self.name = one_line(self.name)
        self.search_key = fold(self.name)
        self.sort_key = sort_key(self.name)


class FewRowsQuerySet(FoldedQuerySet):
    """Of rows so few that their words are folded as they are read."""

    searched: tuple[str, ...]

    def has_word(self, word: str) -> Q:
        rows = self.model._default_manager.values_list("pk", *self.searched)
        return Q(pk__in=[pk for pk, *texts in rows if f" {word}" in f" {fold(' '.join(texts))}"])


class PlanQuerySet(FewRowsQuerySet):
    searched = ("number", "short_name", "title")

    def have_short_name(self, name: str) -> bool:
        """Whether one is called ``name``, whatever the capitals and spaces; SQLite knows no Vietnamese capitals."""
        return _as_compared(name) in {_as_compared(known) for known in self.values_list("short_name", flat=True)}

    def not_closed(self, day: date) -> Self:
        """Plans that run on ``day`` or will run."""
        return self.filter(Q(closed_on=None) | Q(closed_on__gte=day))

    def running(self, day: date) -> Self:
        """Plans under which reports are owed on ``day``: started and not closed (KH III.6)."""
        return self.not_closed(day).filter(starts_on__lte=day)


def _as_compared(short_name: str) -> str:
    return one_line(short_name).casefold()


class Plan(models.Model):
    """A plan as issued. Its number may still be blank in front ("/KH-UBND"), as in a draft not yet numbered."""

    number = models.CharField("số, ký hiệu", max_length=60, unique=True)
    title = models.CharField("trích yếu", max_length=1000)
    short_name = models.CharField("tên gọi tắt", max_length=120)
    issuer = models.CharField("cơ quan ban hành", max_length=200, blank=True)
    place = models.CharField("địa danh", max_length=100, blank=True)
    issued_text = models.CharField("ngày ban hành (nguyên văn)", max_length=100, blank=True)
    issued_on = models.DateField("ngày ban hành", null=True, blank=True)
    basis = models.TextField("căn cứ", blank=True)
    period_text = models.CharField("thời gian thực hiện (nguyên văn)", max_length=200, blank=True)
    starts_on = models.DateField("bắt đầu")
    ends_on = models.DateField("kết thúc theo kế hoạch")
    closed_on = models.DateField(
        "ngày đóng kế hoạch", null=True, blank=True, help_text="Để trống khi kế hoạch còn phải báo cáo."
    )
    stated_initiatives = models.PositiveSmallIntegerField("số mô hình kế hoạch ghi", null=True, blank=True)

    objects = PlanQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = "kế hoạch"
        verbose_name_plural = "kế hoạch"
        ordering = ("-starts_on", "-pk")
        constraints = (
            models.CheckConstraint(
                name="plan_ends_after_start",
                condition=Q(ends_on__gte=F("starts_on")),
                violation_error_message="Ngày kết thúc phải sau ngày bắt đầu.",
            ),
        )

    def __str__(self) -> str:
        return self.short_name

    def clean(self) -> None:
        """Raises ValidationError where another plan has the short name, which is what pages tell plans apart by."""
        super().clean()
        if Plan.objects.exclude(pk=self.pk).have_short_name(self.short_name):
            raise ValidationError({"short_name": SHORT_NAME_TAKEN})

    def first_day_from(self, day: date) -> date:
        """``day``, or the first day of a plan that will run."""
        return max(day, self.starts_on)

    def is_closed(self, day: date) -> bool:
        """The rule of ``PlanQuerySet.not_closed``, for a plan already read."""
        return self.closed_on is not None and self.closed_on < day

    def is_running(self, day: date) -> bool:
        """The rule of ``PlanQuerySet.running``, for a plan already read."""
        return self.starts_on <= day and not self.is_closed(day)

    @property
    def number_display(self) -> str:
        """The number as people write it, with dots where the number itself is still blank."""
        return f"…{self.number}" if self.number.startswith("/") else self.number


class InitiativeGroupQuerySet(FewRowsQuerySet):
    searched = ("numeral", "name")


class InitiativeGroup(models.Model):
    plan = models.ForeignKey(Plan, models.CASCADE, related_name="groups", verbose_name="kế hoạch")
    numeral = models.CharField("số La Mã", max_length=60)
    name = models.CharField("tên nhóm", max_length=1000)
    stated_count = models.PositiveSmallIntegerField("số mô hình nhóm ghi", null=True, blank=True)
    position = models.PositiveSmallIntegerField("thứ tự", default=0)

    objects = InitiativeGroupQuerySet.as_manager()

    class Meta:
        verbose_name = "nhóm tiện ích"
        verbose_name_plural = "nhóm tiện ích"
        ordering = ("position", "pk")
        constraints = (
            models.UniqueConstraint(
                fields=("plan", "numeral"),
                name="group_numeral_once_per_plan",
                violation_error_message="Kế hoạch đã có nhóm mang số này.",
            ),
        )

    def __str__(self) -> str:
        return f"{self.numeral}. {self.name}"


class InitiativeQuerySet(FoldedQuerySet):
    def open_on(self, day: date) -> Self:
        return self.filter(Q(closed_on=None) | Q(closed_on__gt=day))


class Initiative(FoldedName):
    """A mô hình. ``code`` is the number in "Mô hình 6", ``ordinal`` the TT column as printed."""

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="initiatives", verbose_name="kế hoạch")
    group = models.ForeignKey(
        InitiativeGroup, models.PROTECT, related_name="initiatives", verbose_name="nhóm", null=True, blank=True
    )
    code = models.CharField("mô hình số", max_length=60)
    short_name = models.CharField(
        "tên gọi tắt",
        max_length=LONGEST_SHORT_NAME,
        blank=True,
        help_text="Dùng trong danh sách, bảng, màn hình họp; để trống thì dùng tên chính thức.",
    )
    ordinal = models.CharField("TT", max_length=20, blank=True)
    position = models.PositiveIntegerField("thứ tự", default=0)
    closed_on = models.DateField("ngày kết thúc theo dõi", null=True, blank=True)
    kept_on = models.DateField(
        "ngày quyết định giữ theo dõi",
        null=True,
        blank=True,
        help_text="Phụ lục không còn mô hình này nhưng vẫn theo dõi; lần nhập sau không đề nghị kết thúc nữa.",
    )
    platforms: "models.ManyToManyField[Platform, InitiativePlatform]" = models.ManyToManyField(
        "Platform", through="InitiativePlatform", related_name="initiatives", verbose_name="nền tảng, công cụ"
    )

    objects = InitiativeQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = "mô hình"
        verbose_name_plural = "mô hình"
        ordering = ("position", "pk")
        constraints = (
            models.UniqueConstraint(
                fields=("plan", "code"),
                name="initiative_code_once_per_plan",
                violation_error_message="Kế hoạch đã có mô hình mang số này.",
            ),
        )

    def __str__(self) -> str:
        return f"Mô hình {self.code}: {self.name}"

    def get_absolute_url(self) -> str:
        return reverse("initiative", args=[self.plan_id, self.code])

    @property
    def label(self) -> str:
        """ "MH 6": what narrow places have room for."""
        return f"MH {self.code}"

    @property
    def brief(self) -> str:
        """The short name, or the official one where there is none."""
        return self.short_name or self.name

    def set_keys(self) -> None:
        super().set_keys()
        self.short_name = one_line(self.short_name)
        self.search_key = fold(f"mô hình {self.code} {self.name} {self.short_name}")


class InitiativeText(models.Model):
    """One passage of the plan about an initiative, as printed in the annex or in the body."""

    class Source(models.TextChoices):
        ANNEX = "annex", "Phụ lục"
        BODY = "body", "Kế hoạch"

    class Kind(models.TextChoices):
        NAME = "name", "Tên mô hình"
        OBJECTIVE = "objective", "Mục tiêu"
        TASKS = "tasks", "Phân công nhiệm vụ"
        UNITS = "units", "Đơn vị thực hiện"
        LEAD = "lead", "Chủ trì"
        COORDINATING = "coordinating", "Phối hợp"
        SUPPORT = "support", "Hỗ trợ"
        DEADLINE = "deadline", "Thời gian hoàn thành"
        PLATFORMS = "platforms", "Nền tảng, công cụ"
        LOCATION = "location", "Địa điểm triển khai"
        NOTE = "note", "Ghi chú"
        EXTRA = "extra", "Cột khác"

    initiative = models.ForeignKey(Initiative, models.CASCADE, related_name="texts", verbose_name="mô hình")
    source = models.CharField("nguồn", max_length=10, choices=Source)
    kind = models.CharField("mục", max_length=20, choices=Kind)
    label = models.CharField("tên cột", max_length=200, blank=True)
    text = models.TextField("nguyên văn")

    class Meta:
        verbose_name = "nguyên văn"
        verbose_name_plural = "nguyên văn"
        ordering = ("pk",)
        constraints = (
            models.UniqueConstraint(
                fields=("initiative", "source", "kind", "label"), name="text_once_per_source_and_kind"
            ),
        )

    def __str__(self) -> str:
        return f"{self.get_kind_display()} ({self.get_source_display()})"


class Deadline(models.Model):
    """One part of "thời gian hoàn thành": the words, and the reading beside them."""

    initiative = models.ForeignKey(Initiative, models.CASCADE, related_name="deadlines", verbose_name="mô hình")
    position = models.PositiveSmallIntegerField("thứ tự", default=0)
    text = models.CharField("nguyên văn", max_length=1000)
    subject = models.CharField("áp dụng cho", max_length=500, blank=True)
    kind = models.CharField("cách hiểu", max_length=20, choices={k.value: v for k, v in DEADLINE_KIND_LABELS.items()})
    starts_on = models.DateField("từ ngày", null=True, blank=True)
    due_on = models.DateField("đến hết ngày", null=True, blank=True)
    ongoing = models.BooleanField("và thường xuyên, các năm tiếp theo", default=False)
    depends_on = models.CharField("phụ thuộc vào", max_length=500, blank=True)
    review_on = models.DateField(
        "ngày rà soát lại", null=True, blank=True, help_text="Dùng cho thời hạn theo lộ trình của cơ quan khác."
    )
    is_corrected = models.BooleanField(
        "đã sửa tay", default=False, help_text="Cách hiểu đã sửa tay thì lần nhập sau giữ nguyên."
    )

    history = HistoricalRecords()

    class Meta:
        verbose_name = "thời hạn"
        verbose_name_plural = "thời hạn"
        ordering = ("initiative", "position")
        constraints = (
            models.UniqueConstraint(fields=("initiative", "position"), name="deadline_part_once"),
            models.CheckConstraint(
                name="deadline_ends_after_start",
                condition=Q(starts_on=None) | Q(due_on=None) | Q(due_on__gte=F("starts_on")),
                violation_error_message="Ngày kết thúc phải sau ngày bắt đầu.",
            ),
        )

    def __str__(self) -> str:
        return self.text

    @property
    def reading(self) -> DeadlineReading:
        """The words and what they say, as ``read_deadlines`` gives them."""
        return DeadlineReading(
            text=self.text,
            kind=DeadlineKind(self.kind),
            starts_on=self.starts_on,
            due_on=self.due_on,
            ongoing=self.ongoing,
            depends_on=self.depends_on,
            subject=self.subject,
        )

    @reading.setter
    def reading(self, reading: DeadlineReading) -> None:
        for field, value in vars(reading).items():
            setattr(self, field, value)

    def days_left(self, day: date) -> int | None:
        """Days from ``day`` to the last day, negative when past; None where the plan sets no day."""
        return None if self.due_on is None else (self.due_on - day).days


class Platform(FoldedName):
    objects = FoldedQuerySet.as_manager()

    class Meta:
        verbose_name = "nền tảng, công cụ"
        verbose_name_plural = "nền tảng, công cụ"
        ordering = ("sort_key",)
        constraints = (models.UniqueConstraint(fields=("search_key",), name="platform_name_once"),)


class InitiativePlatform(models.Model):
    """A mention of a platform, as printed: "VneID" and "VNeID" are one platform."""

    initiative = models.ForeignKey(Initiative, models.CASCADE, related_name="platform_mentions", verbose_name="mô hình")
    platform = models.ForeignKey(Platform, models.PROTECT, related_name="mentions", verbose_name="nền tảng, công cụ")
    text = models.CharField("nguyên văn", max_length=1000)
    position = models.PositiveSmallIntegerField("thứ tự", default=0)

    class Meta:
        verbose_name = "nền tảng của mô hình"
        verbose_name_plural = "nền tảng của mô hình"
        ordering = ("initiative", "position")
        constraints = (models.UniqueConstraint(fields=("initiative", "platform"), name="platform_once_per_initiative"),)

    def __str__(self) -> str:
        return self.text


class Indicator(models.Model):
    """A number the plan asks for, with the words that ask for it: "tối thiểu 20 DVC", "100% cơ sở khám chữa bệnh"."""

    class Kind(models.TextChoices):
        AT_LEAST = "at_least", "Đạt ít nhất"
        PERCENT = "percent", "Tỷ lệ trên tổng số"
        LIST = "list", "Đủ danh mục"

    class Aggregation(models.TextChoices):
        """What the counts of several units make together; an address or a service counted by two of them is one."""

        SUM = "sum", "Cộng"
        HIGHEST = "highest", "Lấy đơn vị cao nhất"

    class CountedBy(models.TextChoices):
        """Who counts, of the units with a duty on the initiative; nobody else is asked, or added."""

        UNITS = "units", "Tất cả đơn vị có nhiệm vụ"
        LEADS = "leads", "Từng đơn vị chủ trì"
        COMMUNES = "communes", "Từng UBND cấp xã"
        UNIT = "unit", "Một đơn vị"

    initiative = models.ForeignKey(Initiative, models.CASCADE, related_name="indicators", verbose_name="mô hình")
    position = models.PositiveSmallIntegerField("thứ tự", default=0)
    name = models.CharField("chỉ tiêu", max_length=300)
    kind = models.CharField("cách tính", max_length=10, choices=Kind)
    target = models.DecimalField("mục tiêu", max_digits=15, decimal_places=2)
    unit_of_measure = models.CharField("đơn vị tính", max_length=60)
    is_cumulative = models.BooleanField(
        "số lũy kế", default=True, help_text="Số báo cáo là số có đến nay; bỏ chọn nếu là số phát sinh trong kỳ."
    )
    aggregation = models.CharField(
        "gộp các đơn vị",
        max_length=10,
        choices=Aggregation,
        default=Aggregation.SUM,
        help_text="Cộng khi mỗi đơn vị đếm phần của mình; lấy cao nhất khi nhiều đơn vị cùng đếm một danh mục.",
    )
    counted_by = models.CharField(
        "đơn vị đếm",
        max_length=10,
        choices=CountedBy,
        default=CountedBy.UNITS,
        help_text="Chỉ đơn vị đếm được hỏi và được cộng; số liệu đã báo của đơn vị khác giữ nguyên, không cộng.",
    )
    counting_unit = models.ForeignKey(
        "assignments.Unit", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="đơn vị đếm là"
    )
    source_phrase = models.CharField("nguyên văn trong kế hoạch", max_length=500, blank=True)

    history = HistoricalRecords()

    class Meta:
        verbose_name = "chỉ tiêu"
        verbose_name_plural = "chỉ tiêu"
        ordering = ("initiative", "position", "pk")
        constraints = (
            models.UniqueConstraint(fields=("initiative", "name"), name="indicator_once_per_initiative"),
            models.CheckConstraint(
                name="indicator_has_a_target",
                condition=Q(target__gt=0) & (~Q(kind="percent") | Q(target__lte=100)),
                violation_error_message="Mục tiêu là số dương; tỷ lệ không quá 100.",
            ),
            models.CheckConstraint(
                name="one_counting_unit_is_named",
                condition=Q(counted_by="unit", counting_unit__isnull=False)
                | (~Q(counted_by="unit") & Q(counting_unit=None)),
                violation_error_message="Chọn “Một đơn vị” thì ghi đơn vị nào; cách khác thì để trống ô đó.",
            ),
        )

    def __str__(self) -> str:
        return self.name

    @property
    def asks_for_total(self) -> bool:
        """A percentage is told as a count and the whole it is of."""
        return self.kind == self.Kind.PERCENT

    @property
    def target_words(self) -> str:
        """ "100 % cơ sở", "ít nhất 20 DVC"."""
        if self.asks_for_total:
            return f"{write_percent(self.target)} {self.unit_of_measure}"
        least = "ít nhất " if self.kind == self.Kind.AT_LEAST else ""
        return f"{least}{write_number(self.target)} {self.unit_of_measure}"

    @property
    def is_plain_sum(self) -> bool:
        """Every unit counts its part."""
        return (self.counted_by, self.aggregation) == (self.CountedBy.UNITS, self.Aggregation.SUM)

    @property
    def how_added(self) -> str:
        """ "cộng các đơn vị chủ trì", "lấy đơn vị cao nhất"; of one unit "một đơn vị đếm"."""
        if self.counted_by == self.CountedBy.UNIT:
            return "một đơn vị đếm"
        who = {self.CountedBy.LEADS: " chủ trì", self.CountedBy.COMMUNES: " cấp xã"}.get(
            self.CountedBy(self.counted_by), ""
        )
        return f"lấy đơn vị{who} cao nhất" if self.aggregation == self.Aggregation.HIGHEST else f"cộng các đơn vị{who}"
