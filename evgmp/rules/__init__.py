"""Pure vocabulary of the house: commands, blockers, life cycles, readings, limits, rounding, calculations. Knows no Django."""
