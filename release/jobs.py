"""Names of the background jobs of release."""

MAKE_DOCUMENT = "release.make_document"
