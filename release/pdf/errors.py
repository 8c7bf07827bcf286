"""Why a document was not made. Each one stops the job: an incomplete record must never look complete."""


class PaperError(Exception):
    """A document could not be made; the message says what is missing and where."""


class FontMissing(PaperError):
    """A font file the record is printed with is not installed (PDF-08)."""


class GlyphMissing(PaperError):
    """A character is in none of the record's fonts and would print as a box (PDF-08)."""


class FileMissing(PaperError):
    """An attached file is gone or is not the file that was recorded (PDF-09)."""


class ForbiddenAddress(PaperError):
    """Something tried to fetch an address outside the closed list (PDF-11)."""


class RenderWarning(PaperError):
    """The renderer complained; a record with a complaint in the log only is not complete (PDF-09)."""


class LinkError(PaperError):
    """A link inside the record names no place, or a place has two."""


class NotArchivable(PaperError):
    """The file does not pass as PDF/A-3b; it is not sealed."""


class SealError(PaperError):
    """The seal could not be put on, or is not whole; the message carries the true reason (PDS-05)."""
