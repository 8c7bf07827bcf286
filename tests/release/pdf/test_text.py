"""Text of people: all of it, readable, inside the margin, and never more than text."""

import re
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from release.paper import Dossier, UnitProcedure
from release.pdf import fonts
from release.pdf.errors import FontMissing, GlyphMissing
from release.pdf.render import render_record, render_section
from release.pdf.sections import unit_section
from tests.release.pdf import sample
from tests.release.pdf.conftest import Reader, poppler

WORDS = " ".join(f"w{n:05d}" for n in range(1, 3001))
RIGHT_MARGIN = 210 / 25.4 * 72 - 15 / 25.4 * 72


def everywhere(text: str) -> Dossier:
    """The sample with one text at every place where a person writes."""
    count = sample.count_phase()
    first, second = count.entries[4], count.entries[11]
    change = replace(first.corrections[0], old=text, new=text, reason=text)
    entries = (
        replace(first, value=text, corrections=(change,), as_typed=text, parameter=text, limits=text),
        replace(second, late_reason=text, formula=text, verdict_words=text, deviation=text),
    )
    phase = replace(
        count,
        entries=entries,
        instruction=text,
        materials=(replace(count.materials[0], name=text, lot=text, state=text),),
        equipment=(replace(count.equipment[0], name=text, code=text),),
    )
    made = sample.with_comment(text)
    return replace(
        made,
        unit_procedures=(UnitProcedure("3", "3 Passage", "passage", text, (phase,)), *made.unit_procedures),
        exceptions=(replace(made.exceptions[0], detail=text, answer=text, title=text),),
        deviations=(replace(made.deviations[0], description=text, impact=text, title=text),),
        qc_results=(replace(made.qc_results[0], test=text, result=text, specification=text, invalidated=text),),
        audit_trail=(replace(made.audit_trail[0], what=text, reason=text),),
        genealogy_nodes=(replace(made.genealogy_nodes[0], identity=text, detail=text),),
        genealogy_edges=(),
        reconciliations=(replace(made.reconciliations[0], explanation=text),),
        signatures=(replace(sample.VOIDED, void_reason=text, covered=text),),
    )


@pytest.mark.case("PDF-03")
@pytest.mark.parametrize("place", ["comment", "value", "reason", "deviation"])
def test_comment_of_3000_words_survives_entirely(place: str, pages: Reader) -> None:
    made = sample.with_comment(WORDS if place == "comment" else "short")
    if place in {"value", "reason"}:
        count = sample.count_phase()
        entry = count.entries[4]
        change = replace(entry.corrections[0], reason=WORDS if place == "reason" else "short")
        entry = replace(entry, corrections=(change,), value=WORDS if place == "value" else "1")
        phase = replace(count, entries=(entry,), attachments=())
        made = replace(made, unit_procedures=(UnitProcedure("3", "3 Passage", "passage", "", (phase,)),))
    if place == "deviation":
        made = replace(made, deviations=(replace(made.deviations[0], description=WORDS),))
    text = "".join(pages(render_record(made, files=sample.read_file, validate=False).bytes))
    assert sorted(set(re.findall(r"w\d{5}", text))) == WORDS.split()


SENTENCE = "Reading 20 of 33, tmp: 0.63 is 0.03 above 0.60, the action limit, for five minutes in all."


@pytest.mark.case("PDF-05")
@pytest.mark.parametrize("text", ["L" * 200, "0123456789abcdef" * 4 + "W" * 136, SENTENCE])
def test_unbroken_text_stays_inside_the_margin(text: str, tmp_path: Path) -> None:
    made = render_record(everywhere(text), files=sample.read_file, validate=False)
    boxes = poppler(tmp_path, made.bytes, "pdftotext", "-bbox")
    edges = [float(edge) for edge in re.findall(r'xMax="([\d.]+)"', boxes)]
    assert len(edges) > 500
    assert max(edges) <= RIGHT_MARGIN + 0.5


@pytest.mark.case("PDF-08")
def test_signs_of_the_field_and_other_scripts_are_readable_and_embedded(tmp_path: Path, pages: Reader) -> None:
    text = "µ ≤ ≥ ± × ° 10¹¹ α Ł ő 李 محمد ÷ − Δ σ log₂ 10⁻³"
    made = render_record(sample.with_comment(text), files=sample.read_file)
    read = "".join(pages(made.bytes))
    for word in text.split():
        assert word in read or word[::-1] in read, word
    path = tmp_path / "f.pdf"
    path.write_bytes(made.bytes)
    listing = subprocess.run(["pdffonts", str(path)], capture_output=True, text=True, check=True).stdout.splitlines()[
        2:
    ]
    assert all(re.search(r"\syes yes yes\s", line) for line in listing)
    assert any("Noto-Sans-CJK" in line for line in listing)
    assert any("Noto-Sans-Arabic" in line for line in listing)


@pytest.mark.case("PDF-08")
@pytest.mark.parametrize("char", ["\U00012000", "\x07", "\ue123", "\U0001f600"])
def test_character_in_no_font_is_printed_as_its_code_point(char: str, pages: Reader) -> None:
    """No text may keep a batch from having its record."""
    unit = sample.with_comment(f"mixed in{char}to a word").unit_procedures[0]
    made = render_section(unit_section(unit, "Europe/Berlin"), sample.read_file)
    assert f"mixed in[U+{ord(char):04X}]to a word" in " ".join("".join(pages(made)).split())


@pytest.mark.case("PDF-08")
@pytest.mark.parametrize(("char", "name"), [("\U00012000", "CUNEIFORM SIGN A"), ("\ue123", "U\\+E123")])
def test_character_is_refused_by_name_where_a_face_is_not_installed(
    char: str, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fonts, "system_faces", lambda: ())
    unit = sample.with_comment(f"mixed in{char}to a word").unit_procedures[0]
    with pytest.raises(GlyphMissing, match=name) as refused:
        render_section(unit_section(unit, "Europe/Berlin"), sample.read_file)
    assert "mixed in" in str(refused.value)
    assert "7 Tangential flow filtration" in str(refused.value)


def test_missing_font_file_is_named(tmp_path: Path) -> None:
    for name in fonts.OWN_FACES[1:]:
        (tmp_path / name).write_bytes(b"x")
    with pytest.raises(FontMissing, match=r"IBMPlexSans-Regular\.woff2"):
        fonts.own_faces(tmp_path)


@pytest.mark.case("PDF-11")
def test_text_of_a_person_is_never_markup_and_fetches_nothing(pages: Reader) -> None:
    hostile = (
        '<img src="file:///etc/passwd"><b>x</b><style>@import url(http://127.0.0.1:9/x)</style>'
        "<a href='http://127.0.0.1:9'>y</a>{{ dossier }}{% now %}</td></table>"
    )
    text = "".join(pages(render_record(everywhere(hostile), files=sample.read_file, validate=False).bytes))
    flat = re.sub(r"\s", "", text)
    assert flat.count('<imgsrc="file:///etc/passwd"><b>x</b>') >= 5
    assert "root:" not in text
    assert "{{dossier}}" in flat
