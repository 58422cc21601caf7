"""Papers of the shop floor: frozen shapes, and how they are built from the record."""
