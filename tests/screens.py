"""The main screens, and what is asked of each of them in a browser, at the sizes of a phone, a laptop and a wall."""

from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from playwright.sync_api import Locator, Page

SIZES = ((390, 844), (1280, 800), (1920, 1080))
AXE = settings.BASE_DIR / "node_modules" / "axe-core" / "axe.min.js"


@dataclass(frozen=True)
class Screen:
    """One screen as ``person`` meets it; ``link`` is followed from there, for addresses only the data knows."""

    name: str
    person: str
    path: str
    link: str = ""


SCREENS = (
    Screen("dang-nhap", "", "/dang-nhap/"),
    Screen("viec-can-lam", "phong-noi-vu", "/"),
    Screen("nhap-bao-cao", "phong-noi-vu", "/", link="Báo cáo ngay"),
    Screen("bao-cao", "phong-noi-vu", "/bao-cao/"),
    Screen("viec-can-lam-xa", "xa-phu-le", "/"),
    Screen("nhap-bao-cao-xa", "xa-phu-le", "/", link="Báo cáo ngay"),
    Screen("da-nop", "xa-phu-le", "/", link="Đã tiếp nhận"),
    Screen("tro-giup", "xa-phu-le", "/tro-giup/"),
    Screen("thong-bao", "xa-phu-le", "/thong-bao/"),
    Screen("tai-khoan", "xa-phu-le", "/tai-khoan/"),
    Screen("mat-khau", "xa-phu-le", "/tai-khoan/mat-khau/"),
    Screen("viec-can-lam-thuong-truc", "thuong-truc", "/"),
    Screen("tong-hop", "thuong-truc", "/tong-hop/"),
    Screen("duyet", "thuong-truc", "/duyet/"),
    Screen("duyet-mot-bao-cao", "thuong-truc", "/duyet/", link="tuần"),
    Screen("duyet-tra-lai", "thuong-truc", "/duyet/?muc=tra-lai", link="tuần"),
    Screen("duyet-khong-nop", "thuong-truc", "/duyet/?muc=khong-nop", link="tuần"),
    Screen("kho-khan", "thuong-truc", "/kho-khan/"),
    Screen("mot-kho-khan", "thuong-truc", "/kho-khan/?trang_thai=dang-cho&q=duong+truyen", link="Đường truyền"),
    Screen("yeu-cau-tra-loi", "thuong-truc", "/yeu-cau/"),
    Screen("bao-cao-dot-xuat", "thuong-truc", "/bao-cao-dot-xuat/"),
    Screen("mot-bao-cao-dot-xuat", "thuong-truc", "/bao-cao-dot-xuat/", link="Rà soát"),
    Screen("yeu-cau-bao-cao", "thuong-truc", "/bao-cao-dot-xuat/moi/"),
    Screen("can-chu-y", "thuong-truc", "/tong-hop/can-chu-y/"),
    Screen("tong-hop-ma-tran", "thuong-truc", "/tong-hop/ma-tran/"),
    Screen("tong-hop-nop", "thuong-truc", "/tong-hop/nop/"),
    Screen("tong-hop-thay-doi", "thuong-truc", "/tong-hop/thay-doi/?nhip=thang"),
    Screen("tong-hop-thoi-gian", "thuong-truc", "/tong-hop/thoi-gian/"),
    Screen("tong-hop-xu-huong", "thuong-truc", "/tong-hop/xu-huong/"),
    Screen("tong-hop-chi-tiet", "thuong-truc", "/tong-hop/chi-tiet/?trang_thai=blocked"),
    Screen("man-hinh-hop", "thuong-truc", "/tong-hop/?man-hinh=1"),
    Screen("bao-cao-tong-hop", "thuong-truc", "/bao-cao-tong-hop/"),
    Screen("du-thao", "thuong-truc", "/bao-cao-tong-hop/", link="Dự thảo"),
    Screen("da-ban-hanh", "lanh-dao", "/bao-cao-tong-hop/", link="Đã ban hành"),
    Screen("de-cuong", "thuong-truc", "/bao-cao-tong-hop/de-cuong/"),
    Screen("don-doc", "thuong-truc", "/don-doc/"),
    Screen("nhac-viec", "thuong-truc", "/nhac-viec/"),
    Screen("canh-bao", "thuong-truc", "/canh-bao/"),
    Screen("mo-hinh", "thuong-truc", "/mo-hinh/"),
    Screen("mot-mo-hinh", "thuong-truc", "/mo-hinh/24/"),
    Screen("mot-mo-hinh-nhieu-don-vi", "thuong-truc", "/mo-hinh/3/"),
    Screen("mau-trinh-bay", "quan-tri", "/tro-giup/mau/"),
    Screen("don-vi", "thuong-truc", "/don-vi/"),
    Screen("mot-don-vi", "thuong-truc", "/don-vi/?q=xa+phu+le", link="UBND xã Phú Lệ"),
    Screen("ke-hoach", "thuong-truc", "/ke-hoach/"),
    Screen("tim-kiem", "thuong-truc", "/tim-kiem/?q=xa"),
    Screen("khong-co", "lanh-dao", "/khong-co/"),
    Screen("viec-can-lam-quan-tri", "quan-tri", "/"),
    Screen("nhap-phu-luc", "quan-tri", "/nhap-phu-luc/"),
    Screen("xem-truoc-phu-luc", "quan-tri", "/nhap-phu-luc/", link="Phụ lục (sửa).xlsx"),
    Screen("quan-tri", "quan-tri", "/quan-tri/"),
    Screen("ai-nhan-gi", "quan-tri", "/quan-tri/reports/reminderrule/sap-toi/"),
    Screen("quan-tri-don-vi", "quan-tri", "/quan-tri/assignments/unit/"),
    Screen("quan-tri-mo-hinh", "quan-tri", "/quan-tri/models_registry/initiative/", link="24"),
)
# What Django's own admin does not do on a phone, and its colours, are Django's.
IN_ADMIN = "/quan-tri/"
# A label and an address that lead to one of two lead to the wrong one; axe does not look for it.
_TWICE = "[...document.querySelectorAll('[id]')].map((one) => one.id).filter((id, at, ids) => ids.indexOf(id) !== at)"


def open_screen(page: Page, address: str, screen: Screen) -> None:
    page.goto(f"{address}{screen.path}")
    if screen.link:
        press(page, page.get_by_role("link", name=screen.link, exact=screen.name.startswith("quan-tri")).first)


def press(page: Page, leading: Locator) -> None:
    """Press what leads to a page, and wait for that page: whoever asks at once may ask one that is being left."""
    with page.expect_navigation():
        leading.click()


def axe_faults(page: Page) -> list[str]:
    """What is not usable by everybody."""
    page.evaluate(AXE.read_text())
    # All it found in order is ten times as long, and would be written out and read again for nothing.
    found = page.evaluate("axe.run({resultTypes: ['violations']}).then((result) => result.violations)")
    return [f"{rule['id']}: {rule['nodes'][0]['html'][:200]}" for rule in found]


def faults_of(page: Page, screen: Screen) -> list[str]:
    """What is wrong with the screen as it stands: too wide, or not usable by everybody (axe)."""
    if screen.path.startswith(IN_ADMIN):
        return []
    width = page.evaluate("document.documentElement.scrollWidth")
    wide = [f"{width} px wide"] if width > page.viewport_size["width"] else []
    return [*wide, *(f"two with the id {name}" for name in page.evaluate(_TWICE)), *axe_faults(page)]


def keep_picture(page: Page, screen: Screen, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=folder / f"{screen.name}-{page.viewport_size['width']}.png")
