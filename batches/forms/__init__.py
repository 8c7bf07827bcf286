"""What comes out of a browser, parsed: a value with its file, a deviation, an issue."""
