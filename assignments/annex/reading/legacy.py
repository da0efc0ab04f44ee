"""Text typed for the fonts of before Unicode: every letter is there, and none of them is the one that was meant."""

import re
from collections.abc import Iterable

from ..problems import AnnexUnreadable

# Signs that stand for Vietnamese letters in TCVN3 (µ is à, ¬ is ơ, ® is đ …). Inside a word they mean nothing in any
# other language; « and », which French writes at the edges of a word, are counted only within one.
_TCVN3 = re.compile(r"[A-Za-z][¨©«¬µ¶·¸¹»¼½¾®](?=[a-zA-Z])|(?<!\w)®[\wµ¸¶·¹¨©ª«¬]|[A-Za-z][µ¶¸¹©¬](?!\w)")
# In VNI the mark follows its vowel as a letter of its own: "aø" is à, "öï" is ự. The pairs of French and Dutch ("ï" in
# "maïs", "ë" in "Noël") are left out; enough others remain.
_VNI = re.compile(r"[aeouyöô][øûå]|[aeo]ä|[uöô]ï|ö[ôùõ]", re.IGNORECASE)
_MIN_WORDS = 5
_MIN_SHARE = 0.1


def refuse_legacy_fonts(texts: Iterable[str]) -> None:
    """Raise AnnexUnreadable where enough of the words are written for TCVN3 (.VnTime) or VNI (VNI-Times) fonts."""
    words = " ".join(texts).split()
    tcvn3, vni = (sum(bool(mark.search(word)) for word in words) for mark in (_TCVN3, _VNI))
    if max(tcvn3, vni) < max(_MIN_WORDS, _MIN_SHARE * len(words)):
        return
    font = "VNI (VNI-Times …)" if vni > tcvn3 else "TCVN3 (.VnTime …)"
    raise AnnexUnreadable(
        "legacy_font",
        f"Chữ trong tệp gõ bằng phông cũ {font} nên không đọc đúng được. Hãy chuyển sang Unicode "
        "(Unikey: Ctrl+Shift+F6, chọn bảng mã nguồn và đích), lưu lại rồi thử lại.",
    )
