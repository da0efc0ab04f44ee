"""How a unit heads and signs what it issues (Nghị định 30/2020/NĐ-CP): its own settings, kept by the administrator."""

from django.core.exceptions import ValidationError
from django.db import models
from simple_history.models import HistoricalRecords

from assignments.models import Unit
from models_registry.text import clean

_ONE_A_LINE = "Mỗi dòng một mục."


class Letterhead(models.Model):
    """Fields left blank take what is usual for units of that kind (``letterheads.head.head_of``).

    The symbol and the authority to sign are settled by the head of the body, so they are settings and no rule.
    """

    unit = models.OneToOneField(Unit, models.CASCADE, related_name="letterhead", verbose_name="đơn vị")
    parent = models.CharField(
        "cơ quan chủ quản", max_length=200, blank=True, help_text="Dòng trên, không đậm: UBND HUYỆN …, SỞ Y TẾ …"
    )
    issuer = models.TextField(
        "cơ quan ban hành", blank=True, help_text=f"{_ONE_A_LINE} Ghi đủ tên, có địa danh: PHÒNG TƯ PHÁP."
    )
    symbol = models.CharField("ký hiệu", max_length=40, blank=True, help_text="Phần sau số văn bản: BC-CAH.")
    place = models.CharField("địa danh", max_length=100, blank=True, help_text="Đứng trước ngày ký: Quan Hóa.")
    authority = models.TextField(
        "quyền hạn, chức vụ người ký", blank=True, help_text=f"{_ONE_A_LINE} TM. ỦY BAN NHÂN DÂN, rồi CHỦ TỊCH."
    )
    signer = models.CharField("họ tên người ký", max_length=100, blank=True, help_text="Để trống thì chừa chỗ ghi tay.")
    office = models.CharField(
        "chức vụ trong cơ quan",
        max_length=100,
        blank=True,
        help_text="Chỉ khi ký thay mặt tổ công tác dùng con dấu của cơ quan: CHỦ TỊCH UBND HUYỆN. Ghi trên họ tên.",
    )
    recipients = models.TextField(
        "nơi nhận", blank=True, help_text=f"{_ONE_A_LINE} Không ghi “Như trên” và “Lưu”, cổng tự thêm."
    )
    drafter = models.CharField("đơn vị soạn thảo", max_length=60, blank=True, help_text="Chữ viết tắt sau “Lưu: VT,”.")

    history = HistoricalRecords()

    class Meta:
        verbose_name = "thể thức văn bản của đơn vị"
        verbose_name_plural = "thể thức văn bản của đơn vị"
        ordering = ("unit__sort_key",)

    def __str__(self) -> str:
        return str(self.unit)

    def clean(self) -> None:
        """Text as everywhere in the portal; a symbol has no spaces and no slash (H6)."""
        for name in ("parent", "issuer", "symbol", "place", "authority", "signer", "office", "recipients", "drafter"):
            setattr(self, name, clean(getattr(self, name)).strip())
        if any(char.isspace() or char == "/" for char in self.symbol):
            raise ValidationError({"symbol": "Ký hiệu không có khoảng trống và dấu “/”. Ví dụ: BC-CAH."})
