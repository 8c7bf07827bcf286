"""The faces a record is printed with, and the check that every character has a glyph in one of them.

IBM Plex comes with the product. The Noto faces for other scripts come from the system (Debian
`fonts-noto-core`, `fonts-noto-cjk`); without them the record still prints, unless a character needs them:
then the job stops and names the character instead of printing a box (PDF-08).
"""

import hashlib
import io
import unicodedata
from functools import lru_cache
from pathlib import Path

from fontTools.ttLib import TTFont

from release.pdf.errors import FontMissing, GlyphMissing

STATIC = Path(__file__).resolve().parents[2] / "static"
OWN_FACES = (
    "IBMPlexSans-Regular.woff2",
    "IBMPlexSans-Medium.woff2",
    "IBMPlexSans-SemiBold.woff2",
    "IBMPlexSans-Bold.woff2",
    "IBMPlexSansCondensed-Regular.woff2",
    "IBMPlexSansCondensed-SemiBold.woff2",
    "IBMPlexMono-Regular.woff2",
    "IBMPlexMono-Medium.woff2",
)
SYSTEM_FACES = {
    "NotoSans-Regular.ttf": "Noto Sans (Debian package fonts-noto-core)",
    "NotoSansArabic-Regular.ttf": "Noto Sans Arabic (Debian package fonts-noto-core)",
    "NotoSansCJK-Regular.ttc": "Noto Sans CJK (Debian package fonts-noto-cjk)",
}
SYSTEM_ROOTS = (
    Path("/usr/share/fonts"),
    Path("/usr/local/share/fonts"),
    Path.home() / ".local/share/fonts",
    Path("/Library/Fonts"),
)
# Marks that steer a line but leave no ink; fonts need not hold them.
INKLESS = frozenset("\n\r\t\u00ad\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u2060\u2066\u2067\u2068\u2069")


def own_faces(folder: Path = STATIC / "fonts") -> tuple[Path, ...]:
    """The product's own font files.

    Refuses when one is missing: a record in a substitute face has other line breaks and other bytes.
    """
    paths = tuple(folder / name for name in OWN_FACES)
    missing = [path.name for path in paths if not path.is_file()]
    if missing:
        raise FontMissing(f"Font files missing in {folder}: {', '.join(missing)}")
    return paths


@lru_cache(maxsize=16)
def unpacked(path: Path) -> bytes:
    """A woff2 file as plain OpenType, unpacked once per process: the renderer would unpack it for every
    section, which takes longer than the layout."""
    with TTFont(path, recalcTimestamp=False, recalcBBoxes=False) as font:
        font.flavor = None
        target = io.BytesIO()
        font.save(target, reorderTables=False)
    return target.getvalue()


@lru_cache(maxsize=1)
def system_faces() -> tuple[Path, ...]:
    """The Noto files found on this machine, in the order in which the style sheet falls back to them."""
    found: list[Path] = []
    for name in SYSTEM_FACES:
        for root in SYSTEM_ROOTS:
            hits = sorted(root.rglob(name)) if root.is_dir() else []
            if hits:
                found.append(hits[0])
                break
    return tuple(found)


@lru_cache(maxsize=1)
def fonts_digest() -> str:
    """SHA-256 over all faces: another font file means other bytes, so it is part of a section's key."""
    digest = hashlib.sha256()
    for path in (*own_faces(), *system_faces()):
        digest.update(path.name.encode())
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


@lru_cache(maxsize=1)
def covered() -> frozenset[int]:
    """Every code point that has a glyph in the faces of the record."""
    points: set[int] = set()
    for path in (own_faces()[0], *system_faces()):
        with TTFont(path, fontNumber=0, lazy=True) as font:
            points.update(font.getBestCmap())
    return frozenset(points)


def show_unknown(text: str) -> str:
    """Each character that no face holds as its code point, [U+1F600], so that no text keeps a record from its paper.

    Only where every face is installed: else the face is missing, not the character, and `require_glyphs` says which.
    """
    if len(system_faces()) < len(SYSTEM_FACES):
        return text
    known = covered()
    strange = [char for char in set(text) - INKLESS if ord(char) not in known]
    return text.translate({ord(char): f"[U+{ord(char):04X}]" for char in strange})


def require_glyphs(text: str, where: str) -> None:
    """Check before rendering that every character can be printed.

    Refuses when one has no glyph; the message names character, code point and the words around it
    (PDF-08).
    """
    known = covered()
    for char in sorted(set(text) - INKLESS):
        if ord(char) in known:
            continue
        at = text.index(char)
        around = text[max(0, at - 20) : at + 20].replace(char, "\ufffd")
        name = unicodedata.name(char, "without a name")
        found = {path.name for path in system_faces()}
        absent = [words for file, words in SYSTEM_FACES.items() if file not in found]
        hint = f" Not installed: {'; '.join(absent)}." if absent else ""
        raise GlyphMissing(
            f"Character U+{ord(char):04X} ({name}) in {where} is in none of the record's fonts, near {around!r}.{hint}"
        )
