"""Samples, results, specifications and investigations."""
