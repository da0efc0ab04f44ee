"""Text an act must come with: a reason, a remark, an answer."""

from models_registry.text import clean
from reports.lifecycle.errors import ReviewError

MAX_REQUIRED_TEXT = 5_000


def required_text(text: str, missing: str) -> str:
    """The text as it is kept. Raises ReviewError, saying ``missing``, where there is none, or where it is too long."""
    words = clean(text).strip()
    if not words:
        raise ReviewError(missing)
    if len(words) > MAX_REQUIRED_TEXT:
        raise ReviewError(f"Nội dung dài {len(words)} ký tự, quá {MAX_REQUIRED_TEXT}. Hãy viết gọn lại.")
    return words
