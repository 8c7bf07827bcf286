"""Judges materials, equipment and stock as plain values: codes, dates, calibration, cleaning, amounts."""
