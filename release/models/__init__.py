"""Answers to exceptions, decisions, issued documents."""

from release.models.decision import Disposition
from release.models.document import IssuedDocument, KeptSection
from release.models.review import ExceptionAnswer

__all__ = ["Disposition", "ExceptionAnswer", "IssuedDocument", "KeptSection"]
