"""The acts of manufacture: each function is one GMP act, or a pure rule that acts and screens share."""
