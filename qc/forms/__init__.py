"""What comes out of a browser, parsed: a result with its file."""
