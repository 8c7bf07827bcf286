"""The batch record as a file: order, head and foot, page count, links, data, archive format."""

import hashlib
import io
import os
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pikepdf
import pytest
from pikepdf import pdfa

from release.paper import IndexLine
from release.paper_json import dossier_digest, dossier_json
from release.pdf.errors import LinkError, RenderWarning
from release.pdf.merge import Part, merge_parts
from release.pdf.render import UnsignedPdf, render_coa, render_record, render_section
from release.pdf.sections import body_sections, section_key, unit_section
from tests.release.pdf import sample
from tests.release.pdf.conftest import Reader

AGAIN = """
import hashlib
from release.pdf.render import render_record
from tests.release.pdf import sample
print(render_record(sample.dossier(), files=sample.read_file, validate=False).sha256)
"""


def test_record_is_the_same_bytes_in_another_process(record: UnsignedPdf) -> None:
    environment = {**os.environ, "PYTHONHASHSEED": "4711", "TZ": "Asia/Tokyo"}
    done = subprocess.run([sys.executable, "-c", AGAIN], capture_output=True, text=True, env=environment, check=True)
    assert done.stdout.strip() == record.sha256 == hashlib.sha256(record.bytes).hexdigest()


def test_record_is_the_same_bytes_from_kept_sections(record: UnsignedPdf) -> None:
    kept = {
        section_key(section): render_section(section, sample.read_file)
        for section in body_sections(sample.dossier())
        if section.attachments
    }
    assert len(kept) == 2
    again = render_record(sample.dossier(), kept, files=sample.read_file, validate=False)
    assert again.sha256 == record.sha256


def test_section_key_changes_with_a_correction_and_not_with_the_copy() -> None:
    unit = sample.dossier().unit_procedures[0]
    first = section_key(unit_section(unit, "Europe/Berlin"))
    assert first == section_key(unit_section(unit, "Europe/Berlin"))
    entries = (replace(unit.phases[0].entries[2], value="31.0"), *unit.phases[0].entries[3:])
    corrected = replace(unit, phases=(replace(unit.phases[0], entries=entries),))
    assert section_key(unit_section(corrected, "Europe/Berlin")) != first
    assert section_key(unit_section(unit, "Asia/Tokyo")) != first


@pytest.mark.case("PDF-10")
@pytest.mark.req("R215")
def test_every_page_has_head_foot_and_its_number(record: UnsignedPdf, pages: Reader) -> None:
    digest = dossier_digest(sample.dossier())
    texts = pages(record.bytes)
    assert len(texts) == record.pages
    for number, text in enumerate(texts, start=1):
        assert f"Page {number} of {record.pages}" in text
        head = "\n".join(text.splitlines()[:8])
        foot = "\n".join(text.splitlines()[-6:])
        assert "EV-26-0014 · UMSC-EV, frozen vial 1.0 mL" in head
        assert "On hold" in head
        assert "EBR-26-0088, copy 1" in head
        assert "Demonstration - not for GMP use" in head
        assert " ".join([digest[0:4], digest[4:8], digest[8:12]]) in foot
        assert " ".join([sample.HEAD[0:4], sample.HEAD[4:8], sample.HEAD[8:12]]) in foot
        assert "Issued 2026-11-25 11:50:02 +01:00 to I. Inspector" in foot


def test_production_record_has_no_demonstration_band(pages: Reader) -> None:
    made = render_record(sample.dossier(site_kind="production"), files=sample.read_file, validate=False)
    assert "not for GMP use" not in "".join(pages(made.bytes))


def test_contents_name_the_page_on_which_each_section_stands(record: UnsignedPdf, pages: Reader) -> None:
    texts = pages(record.bytes)
    titles = [section.title for section in body_sections(sample.dossier())]
    for title in titles:
        line = re.search(rf"^\s*{re.escape(title)}\s+(\d+)$", texts[1], re.MULTILINE)
        assert line, title
        heads = texts[int(line[1]) - 1].splitlines()[:8]
        assert any(title in head for head in heads), title


@pytest.mark.req("R333")
def test_index_lists_all_thirteen_paragraphs(record: UnsignedPdf, pages: Reader) -> None:
    text = "".join(pages(record.bytes)[1:3])  # the contents may run over on to a second page
    assert [f"({n})" for n in range(1, 14)] == re.findall(r"^\s*(\(\d+\))", text, re.MULTILINE)


@pytest.mark.req("R215")
def test_corrected_value_shows_old_new_who_when_and_why(record: UnsignedPdf, pages: Reader) -> None:
    text = " ".join("".join(pages(record.bytes)).split())
    assert "Correction 1 of 1. 8.5 × 10⁴ was replaced by 5.8 × 10⁴ by A. Operator, 2026-10-23 09:46:51 +02:00." in text
    assert "Reason: “Digits transposed on typing. The printout reads 5.8E+04.”" in text
    assert "Late entry. Performed 2026-10-23 09:43:20 +02:00, recorded 2026-10-23 10:40:00 +02:00." in text


@pytest.mark.req("R113")
def test_every_signature_is_listed_with_name_role_meaning_and_time(record: UnsignedPdf, tmp_path: Path) -> None:
    path = tmp_path / "r.pdf"
    path.write_bytes(record.bytes)
    done = subprocess.run(["pdftotext", "-layout", str(path), "-"], capture_output=True, text=True, check=True)
    listed = done.stdout[done.stdout.index("45 in all, 1 void") :]
    for item in sample.signatures():
        local = item.signed_at.astimezone(sample.ZONE)
        short = " ".join(item.digest[at : at + 4] for at in (0, 4, 8))
        row = listed[: listed.index(short)].splitlines()[-1] + listed[listed.index(short) :][:400]
        for fact in (
            item.meaning.capitalize(),
            item.printed_name,
            item.role,
            f"{local:%Y-%m-%d}",
            f"{local:%H:%M:%S} +0",
        ):
            assert fact in row, (item.uuid, fact)
    assert "Void since 2026-10-23 09:46:51 +02:00: correction 1 of dead cells" in listed


@pytest.mark.case("PDF-01")
def test_table_head_stands_on_every_page_of_the_table(pages: Reader) -> None:
    many = tuple(replace(sample.dossier().audit_trail[0], seq=n) for n in range(1, 201))
    made = render_record(sample.dossier(audit_trail=many), files=sample.read_file, validate=False)
    trail = [text for text in pages(made.bytes) if "Audit trail extract" in text.split("Issued")[0]][1:]
    trail = [text for text in trail if "batch.entry_recorded" in text]
    assert len(trail) >= 4
    assert all("What changed" in text for text in trail)


@pytest.mark.req("R102")
def test_embedded_data_is_the_dossier(record: UnsignedPdf) -> None:
    with pikepdf.open(io.BytesIO(record.bytes)) as pdf:
        assert pdf.attachments["dossier.json"].get_file().read_bytes() == dossier_json(sample.dossier())
        assert {str(spec.AFRelationship) for spec in pdf.Root.AF} == {"/Data", "/Supplement"}
        assert set(pdf.attachments) == {"dossier.json", "CC01-1023-03.txt", "TFF-02_UF1.csv", "p4_field_1.png"}


@pytest.mark.case("PDF-13")
@pytest.mark.req("R103")
def test_record_is_valid_pdfa_3b_and_says_so(record: UnsignedPdf) -> None:
    assert pdfa.validate_written(io.BytesIO(record.bytes), "3b").verdict == "pass"
    with pikepdf.open(io.BytesIO(record.bytes)) as pdf, pdf.open_metadata() as meta:
        assert (meta["pdfaid:part"], meta["pdfaid:conformance"]) == ("3", "B")
        assert meta["xmp:CreateDate"] == "2026-11-25T10:50:02+00:00"
        assert str(pdf.docinfo["/CreationDate"]) == "D:20261125105002Z"


def test_links_and_bookmarks_lead_to_their_sections(record: UnsignedPdf) -> None:
    with pikepdf.open(io.BytesIO(record.bytes)) as pdf:
        links = [link for page in pdf.pages for link in page.obj.get("/Annots", [])]
        flat = [str(name) for name in list(pdf.Root.Names.Dests.Names)[::2]]
        names = set(flat)
        assert flat == sorted(names)
        assert links
        assert all("/A" not in link and str(link.Dest) in names for link in links)
        with pdf.open_outline() as outline:
            titles = [item.title for item in outline.root]
    assert titles[:3] == ["Cover", "Contents and index", "Exceptions and answers"]
    assert titles[-1] == "Verification"


def test_index_line_to_an_unknown_section_is_refused() -> None:
    lines = (IndexLine("(1)", "Dates", "everywhere", "complete", "up-99"),)
    with pytest.raises(RenderWarning, match="up-99"):
        render_record(sample.dossier(index=lines), files=sample.read_file, validate=False)


def test_two_places_of_one_name_are_refused() -> None:
    section = body_sections(sample.dossier())[0]
    part = Part(section.key, section.title, render_section(section))
    with pytest.raises(LinkError, match="exceptions occurs twice"):
        merge_parts([part, part])


def test_certificate_prints_results_statement_and_signature(pages: Reader) -> None:
    made = render_coa(sample.certificate())
    text = "".join(pages(made.bytes))
    for fact in ("COA-26-0041", "4.4 × 10¹⁰", "< 0.05 EU/mL", "C. Reviewer", "2026-10-25 09:31:00 +01:00", "Page 1 of"):
        assert fact in text
    assert "Demonstration - not for GMP use" in text
    assert render_coa(sample.certificate(), validate=False).sha256 == made.sha256


def test_subsets_of_one_face_have_different_names(record: UnsignedPdf) -> None:
    programs: dict[str, set[bytes]] = {}
    with pikepdf.open(io.BytesIO(record.bytes)) as pdf:
        fonts = [font for page in pdf.pages for font in page.Resources.Font.values()]
        for font in fonts:
            program = font.DescendantFonts[0].FontDescriptor.FontFile2
            programs.setdefault(str(font.BaseFont), set()).add(program.read_bytes())
    assert len(programs) > 10
    assert all(len(found) == 1 for found in programs.values())
