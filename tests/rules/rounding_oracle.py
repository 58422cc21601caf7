"""The compendial rounding rules once more, by hand: digits as text and whole numbers. Shares no code with `evgmp.rules`.

Sources: USP General Notices 7.20; Ph. Eur. General Notices 1.4. A number is given as the text a person would write.
"""


def digits_and_places(text: str) -> tuple[int, int]:
    """`text` as a whole number and the count of its decimals: -97.95 is (-9795, 2)."""
    whole, _, decimals = text.partition(".")
    return int(whole + decimals), len(decimals)


def shortened(number: int, places: int, keep: int) -> tuple[int, int]:
    """`number` / 10^places kept to `keep` decimals (negative: tens, hundreds), half away from zero."""
    if keep >= places:
        return number * 10 ** (keep - places), keep
    cut = 10 ** (places - keep)
    size, rest = divmod(abs(number), cut)
    if 2 * rest >= cut:
        size += 1
    return (size if number >= 0 else -size), keep


def by_usp(value: str, limit: str) -> tuple[int, int]:
    """`value` to as many decimals as `limit` is written with."""
    number, places = digits_and_places(value)
    return shortened(number, places, digits_and_places(limit)[1])


def by_ph_eur(value: str, limit: str) -> tuple[int, int]:
    """`value` to as many significant figures as `limit` is written with: every digit shown counts, leading zeros do not."""
    figures = len(limit.lstrip("-").replace(".", "").lstrip("0"))
    number, places = digits_and_places(value)
    if number == 0:
        return 0, 0
    return shortened(number, places, figures - (len(str(abs(number))) - places))


def smaller(one: tuple[int, int], other: tuple[int, int]) -> int:
    """-1, 0 or 1: how two numbers of the form (whole number, decimals) compare."""
    left = one[0] * 10 ** max(other[1] - one[1], 0)
    right = other[0] * 10 ** max(one[1] - other[1], 0)
    # A negative count of decimals stands for tens and hundreds.
    return (left > right) - (left < right)
