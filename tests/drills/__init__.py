"""Drills: long runs that print figures. `make tamper-drill`."""
