"""The acts of compliance: who, when, in which order, signed by whom."""
