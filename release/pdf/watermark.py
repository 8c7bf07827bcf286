"""The watermark of a site that is not production: drawn as shapes, so that it never mixes into the text
that a reader copies or a test extracts."""

from functools import lru_cache

from django.utils.safestring import SafeString, mark_safe
from fontTools.pens.svgPathPen import SVGPathPen
from fontTools.ttLib import TTFont

from release.pdf.fonts import own_faces

COLOUR = "#f0f3f2"
LINE = 1150  # font units from one line to the next


def _line(font: TTFont, text: str, top: int) -> tuple[list[str], int]:
    """The glyphs of one line as placed paths, and the width of the line in font units."""
    glyphs, names = font.getGlyphSet(), font.getBestCmap()
    paths, x = [], 0
    for char in text:
        glyph = glyphs[names[ord(char)]]
        pen = SVGPathPen(glyphs)
        glyph.draw(pen)
        paths.append(f'<path transform="translate({x} {top}) scale(1 -1)" d="{pen.getCommands()}"/>')
        x += int(glyph.width)
    return paths, x


@lru_cache(maxsize=4)
def watermark(words: str) -> SafeString:
    """Draw the words over two lines, rising, in a grey that leaves black text readable."""
    first, _, second = words.partition(" - ")
    with TTFont(own_faces()[3]) as font:
        lines = [_line(font, text, LINE * (index + 1)) for index, text in enumerate((first, second))]
    width = max(wide for _, wide in lines)
    shapes = "".join(f'<g transform="translate({(width - wide) // 2} 0)">{"".join(paths)}</g>' for paths, wide in lines)
    side = width + 600
    turn = f"translate(300 {side // 2 - LINE}) rotate(-32 {width // 2} {LINE})"
    box = f'class="wash" viewBox="0 0 {side} {side}" xmlns="http://www.w3.org/2000/svg"'
    return mark_safe(f'<svg {box}><g fill="{COLOUR}" transform="{turn}">{shapes}</g></svg>')  # noqa: S308 - our shapes
