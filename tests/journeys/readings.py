"""Readings of a potency run that stories and tests share."""

# Readings of a potency run: eight doses, two responses each, of the reference standard and of a sample a little weaker.
_RESPONSES = {
    "reference": ((98, 97), (95, 96), (90, 88), (76, 78), (55, 53), (34, 35), (20, 19), (14, 15)),
    "sample": ((98, 99), (96, 95), (90, 92), (79, 78), (57, 59), (37, 35), (21, 22), (15, 14)),
}  # fmt: skip
READINGS = "\n".join(
    f"{name}; {12_500_000 * 2**turn}; {response}" for name, doses in _RESPONSES.items() for turn, pair in enumerate(doses) for response in pair
)
