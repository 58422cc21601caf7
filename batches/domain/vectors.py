"""What a reprogramming vector can leave behind, item by item, and what each method typically brings. Knows no Django.

A line's *vector contents* is a list of these items. Each needs its own clearance test, because items are lost one by
one: in Sendai-derived iPSC, OCT4 and MYC persisted while SOX2 and KLF4 were undetectable (PMC4887982, figure 8).
A polycistron (such as KLF4-OCT4-SOX2) is recorded as the factors it carries.
"""

from collections.abc import Collection

VECTOR_ITEMS: dict[str, str] = {
    "SEV": "Sendai virus genome",
    "EBNA1": "EBNA1 gene of the episomal backbone",
    "ORIP": "oriP of the episomal backbone",
    "OCT4": "OCT4 (POU5F1)",
    "SOX2": "SOX2",
    "KLF4": "KLF4",
    "MYC": "c-MYC",
    "LMYC": "L-MYC (MYCL)",
    "LIN28A": "LIN28A",
    "NANOG": "NANOG",
    "SHP53": "short hairpin RNA against TP53",
}

METHOD_WORDS: dict[str, str] = {
    "sendai": "Sendai virus",
    "episomal": "Episomal plasmids",
    "mrna": "mRNA",
    "plasmid": "Plasmid, non-integrating",
}

# Typical kits, from general knowledge; a line records what its own vectors carried.
METHOD_CONTENTS: dict[str, tuple[str, ...]] = {
    "sendai": ("SEV", "OCT4", "SOX2", "KLF4", "MYC"),
    "episomal": ("EBNA1", "ORIP", "OCT4", "SOX2", "KLF4", "LMYC", "LIN28A", "SHP53"),
    "mrna": ("OCT4", "SOX2", "KLF4", "MYC", "LIN28A"),
    "plasmid": ("OCT4", "SOX2", "KLF4", "MYC"),
}

# The items that a method can't do without: a line made by it always carried them at the start.
METHOD_BACKBONE: dict[str, tuple[str, ...]] = {
    "sendai": ("SEV",),
    "episomal": ("EBNA1", "ORIP"),
    "mrna": (),
    "plasmid": (),
}


def contradictions(method: str, contents: Collection[str]) -> list[str]:
    """Why `contents` can't be the vector contents of a line made by `method`. Empty when they agree.

    Specification rows apply by method or by item: a line whose two entries disagree could slip between the rows.
    """
    if method not in METHOD_BACKBONE:
        return [f"The reprogramming method “{method}” is not known. Choose one of: {', '.join(METHOD_BACKBONE)}."]
    found = [
        f"“{item}” is not a known vector item. Choose from the list." for item in contents if item not in VECTOR_ITEMS
    ]
    own = METHOD_BACKBONE[method]
    found += [
        f"A line made by the {method} method carried {VECTOR_ITEMS[i]}. Add {i}." for i in own if i not in contents
    ]
    foreign = {item for items in METHOD_BACKBONE.values() for item in items} - set(own)
    found += [
        f"{VECTOR_ITEMS[item]} does not belong to the {method} method. Correct the method or remove {item}."
        for item in contents
        if item in foreign
    ]
    return found
