"""The acts on donors and donor tissue."""
