"""Judges donor data as plain values: identification numbers, sample windows, screening panels."""
