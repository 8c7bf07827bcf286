"""The acts of QA: review, disposition, documents, export."""
