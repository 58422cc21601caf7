"""The check character of a printed identity: ISO/IEC 7064, MOD 37,36, over letters and digits.

It finds every single mistyped character and nearly every swap of two neighbours. Hyphens and blanks do not count.
"""

ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def check_character(identity: str) -> str:
    """The character to be appended to `identity`. Raises ValueError when nothing in it is a letter A to Z or a digit."""
    letters = [c for c in identity.upper() if c in ALPHABET]
    if not letters:
        raise ValueError(f"“{identity}” holds no letter or digit to check.")
    product = 36
    for letter in letters:
        total = (product + ALPHABET.index(letter)) % 36 or 36
        product = total * 2 % 37
    return ALPHABET[(37 - product) % 36]


def is_intact(checked: str) -> bool:
    """Whether an identity with its check character at the end was read or typed without error."""
    letters = [c for c in checked.upper() if c in ALPHABET]
    return len(letters) > 1 and check_character("".join(letters[:-1])) == letters[-1]
