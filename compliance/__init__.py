"""Part 11 and Annex 11: who acted, what was signed, what happened in which order. Knows no batch."""
