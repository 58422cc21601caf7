"""GS1 DataMatrix: the machine's half of a label. The only module that knows the barcode library."""

from functools import lru_cache

import zxingcpp


class CodeFault(ValueError):
    """These data can't be put into a GS1 symbol."""


@lru_cache(maxsize=2000)
def gs1_datamatrix(elements: str) -> str:
    """The symbol of an element string such as `(01)09506000134352(17)280401(10)EV-2026-006(21)0001K`, as SVG.

    Raises CodeFault when GS1 does not allow it.
    """
    try:
        # gs1=True makes the brackets application identifiers; without it they would be printed into the symbol as text.
        code = zxingcpp.create_barcode(elements, zxingcpp.BarcodeFormat.DataMatrix, gs1=True)
    except ValueError as fault:
        raise CodeFault(f"{elements} is not allowed in a GS1 symbol: {fault}") from fault
    return str(zxingcpp.write_barcode_to_svg(code, scale=4))
