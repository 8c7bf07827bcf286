"""Acts on materials, equipment, rooms, documents and qualifications."""
