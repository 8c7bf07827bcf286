"""The acts of the laboratory."""
