"""What a batch uses but is not: materials, equipment, rooms, people's qualification (ISA-95 resources)."""
