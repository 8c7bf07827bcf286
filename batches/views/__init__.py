"""Pages of the floor: query, then a page value, then render."""
