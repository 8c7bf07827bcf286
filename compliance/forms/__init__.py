"""What comes out of a browser: parsed, checked for origin, opened as an act."""
