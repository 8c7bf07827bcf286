"""Donors, consent, eligibility and donor tissue up to a usable lot."""
