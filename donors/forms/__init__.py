"""What comes out of the forms, parsed to plain values."""
