"""Files of a record: the recorded bytes or no document, and nothing from outside the closed list."""

import pytest

from release.pdf.errors import FileMissing, ForbiddenAddress, RenderWarning
from release.pdf.fetcher import BASE, ClosedList
from release.pdf.render import paginate, render_record, render_section
from release.pdf.sections import fill, unit_section
from tests.release.pdf import sample

IDENTIFIER = "00" * 16


def gone(sha256: str) -> bytes:
    raise FileNotFoundError(sha256)


@pytest.mark.case("PDF-09")
def test_missing_picture_stops_the_section_and_is_named() -> None:
    unit = sample.dossier().unit_procedures[0]
    with pytest.raises(FileMissing, match=r"p4_field_1\.png"):
        render_section(unit_section(unit, "Europe/Berlin"), gone)


@pytest.mark.case("PDF-09")
def test_missing_attachment_stops_the_record_and_is_named() -> None:
    unit = sample.dossier().unit_procedures[1]
    made = sample.dossier(unit_procedures=(unit,), index=())
    with pytest.raises(FileMissing, match=r"TFF-02_UF1\.csv"):
        render_record(made, files=gone, validate=False)
    with pytest.raises(FileMissing, match="not at hand"):
        render_record(made, validate=False)


@pytest.mark.case("PDF-09")
def test_altered_attachment_stops_the_record_and_is_named() -> None:
    unit = sample.dossier().unit_procedures[1]
    made = sample.dossier(unit_procedures=(unit,), index=())
    with pytest.raises(FileMissing, match=r"TFF-02_UF1\.csv is not the recorded one"):
        render_record(made, files=lambda sha256: sample.read_file(sha256) + b"x", validate=False)


@pytest.mark.case("PDF-09")
def test_damaged_picture_stops_the_section() -> None:
    html = f'<img src="{BASE}files/abc">'
    with pytest.raises(RenderWarning, match="Failed to load image"):
        paginate(html, "test", IDENTIFIER, {"abc": ("image/png", b"no picture")})


@pytest.mark.case("PDF-11")
@pytest.mark.parametrize(
    "address",
    [
        "file:///etc/passwd",
        "http://127.0.0.1:9/x.png",
        "../../config/settings.py",
        "https://example.org/a.png",
        "fonts/x.ttf",
    ],
)
def test_address_outside_the_list_is_fatal(address: str) -> None:
    with pytest.raises(ForbiddenAddress, match="outside the closed list"):
        paginate(f'<img src="{address}">', "test", IDENTIFIER, {})


def test_closed_list_names_a_missing_file_of_the_look(tmp_path_factory: pytest.TempPathFactory) -> None:
    empty = tmp_path_factory.mktemp("static")
    with pytest.raises(FileMissing, match=r"pdf\.css"):
        ClosedList({}, empty).read(BASE + "pdf.css")


def test_template_with_an_unknown_fact_is_refused() -> None:
    with pytest.raises(RenderWarning, match="unknown fact"):
        fill("pdf/deviations.html", dossier=object(), section=sample.dossier(), zone="UTC")
