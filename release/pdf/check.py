"""Whether a file may be kept for the whole retention time: PDF/A-3b, checked before the seal (R103)."""

import io

from pikepdf import pdfa

from release.pdf.errors import NotArchivable


def require_pdfa(pdf: bytes) -> None:
    """Validate the unsigned file as PDF/A-3b.

    Refuses when anything but "pass" comes back, "not checked" included: a claim nobody checked is not
    made (PDF-13).
    """
    report = pdfa.validate_written(io.BytesIO(pdf), "3b")
    if report.verdict != "pass":
        found = "; ".join(str(finding) for finding in report.findings[:5])
        raise NotArchivable(f"Not PDF/A-3b ({report.verdict}): {found}")
