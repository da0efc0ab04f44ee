"""Cut the typeface of the portal from Source Sans 3 as npm has it; see docs/look.md.

The licence reserves the name "Source" for the original, so that what is cut goes by another name.

    pip install fonttools brotli && npm pack @fontsource-variable/source-sans-3 && tar xzf *.tgz
    python docs/cut_font.py package static/web/fonts
"""

import sys
from io import BytesIO
from pathlib import Path

from fontTools.subset import Options, Subsetter, parse_unicodes
from fontTools.ttLib import TTFont
from fontTools.varLib.instancer import instantiateVariableFont

# What Vietnamese is written with; look.css gives the ranges they lie in.
SUBSETS = {
    "latin": "20-7E,A0,A7,AB,B0,B7,BB,C0-C3,C8-CA,CC,CD,D2-D5,D7,D9,DA,DD,E0-E3,E8-EA,EC,ED,F2-F5,F9,FA,FD,"
    "2013,2014,2018,2019,201C,201D,2022,2026,2190-2193,2212",
    "vietnamese": "102-103,110-111,128-129,168-169,1A0-1A1,1AF-1B0,300-301,303-304,308-309,323,329,1EA0-1EF9,20AB",
}
FEATURES = ["kern", "liga", "ccmp", "locl", "mark", "mkmk"]
NAMES = {1: "Portal Sans", 3: "Portal Sans 1", 4: "Portal Sans", 6: "PortalSans"}
KEPT_NAMES = [0, 1, 2, 3, 4, 6, 13, 14]


def cut(source: Path, target: Path, unicodes: str) -> None:
    fewer_weights = BytesIO()
    instantiateVariableFont(TTFont(source), {"wght": (400, 700)}).save(fewer_weights)
    font = TTFont(fewer_weights)
    subsetter = Subsetter(Options(layout_features=FEATURES, name_IDs=KEPT_NAMES, hinting=True))
    subsetter.populate(unicodes=parse_unicodes(unicodes))
    subsetter.subset(font)
    for record in font["name"].names:
        record.string = NAMES.get(record.nameID, record.toUnicode())
    font.flavor = "woff2"
    font.save(target)


if __name__ == "__main__":
    package, folder = Path(sys.argv[1]), Path(sys.argv[2])
    for name, unicodes in SUBSETS.items():
        cut(package / f"files/source-sans-3-{name}-wght-normal.woff2", folder / f"portal-sans-{name}.woff2", unicodes)
    (folder / "OFL.txt").write_text((package / "LICENSE").read_text())
