"""Which release command takes a lot from which disposition to which. Knows no Django.

An EV lot goes quarantine -> approved for certification -> certified -> released, each by its own command and signature
(Annex 16, 1.5 to 1.7). A bank goes from quarantine to released. A rejected lot stays rejected: no command leads out.
"""

from collections.abc import Mapping

from evgmp.rules.lifecycle import Lifecycle, Move
from qc.domain.commands import APPROVE_FOR_CERTIFICATION, APPROVE_QC, CERTIFY_LOT, REJECT_LOT, RELEASE_BANK, RELEASE_TO_STOCK

WORDS: Mapping[str, str] = {
    "in_process": "in process",
    "aborted": "aborted",
    "quarantine": "in quarantine",
    "hold": "on hold",
    "released_for_processing": "released for further processing",
    "approved_for_certification": "approved for certification",
    "certified": "certified",
    "released": "released",
    "rejected": "rejected",
    "recalled": "recalled",
}

# A lot whose results, records and papers are being reviewed. A correction made meanwhile withdraws signatures, and the
# gates from the touched one on are signed again, whatever the lot was before.
UNDER_REVIEW = ("quarantine", "approved_for_certification", "certified")

RELEASE = Lifecycle(
    "lot",
    WORDS,
    [
        Move(APPROVE_QC, UNDER_REVIEW, "quarantine"),
        Move(APPROVE_FOR_CERTIFICATION, UNDER_REVIEW, "approved_for_certification"),
        Move(CERTIFY_LOT, ("approved_for_certification",), "certified"),
        Move(RELEASE_TO_STOCK, ("certified",), "released"),
        Move(RELEASE_BANK, ("quarantine",), "released"),
        Move(REJECT_LOT, (*UNDER_REVIEW, "hold", "released_for_processing"), "rejected"),
    ],
)
