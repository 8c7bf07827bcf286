"""Pages of the laboratory: query, then a page value, then render."""
