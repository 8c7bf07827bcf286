"""Decisions of QA as the pages and the admin both ask for them."""
