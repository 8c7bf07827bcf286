"""Pages of QA: review, decisions, documents."""
