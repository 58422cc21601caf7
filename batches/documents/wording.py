"""How values, instants and signatures are written on paper, the same in every part of a record."""

from datetime import date, datetime
from typing import Any

from django.conf import settings

from batches.documents.course_parts import SignatureLine
from evgmp.compliance.issuing import stamp
from evgmp.compliance.models import Signature
from evgmp.web.components import time_text


def signature_line(signature: Signature, of: str = "") -> SignatureLine:
    """A signature for paper. `of`: the act that it belongs to, where that is not clear from its place."""
    return SignatureLine(
        statement=f"{signature.statement}: {of}" if of else signature.statement,
        printed_name=signature.printed_name,
        role=signature.role,
        user_id=signature.signer_id,
        at=stamp(signature.at),
        withdrawn=signature.withdrawn_why,
    )


def moment(instant: datetime) -> str:
    """An instant among the values, in words: whoever reads a value of the data sees it as it is printed."""
    return time_text(instant, settings.EVGMP_TIME_ZONE, seconds=True)[1]


def text(value: Any) -> str:
    """Anything as text: an instant as ISO 8601, nothing as nothing."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return stamp(value)
    return value.isoformat() if isinstance(value, date) else str(value)
