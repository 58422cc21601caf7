"""The genealogy of a lot, back to its bank or forward to everything made from it."""

from typing import Any

from batches.selectors.family_tree import tree_of
from batches.selectors.headers import lot_header
from batches.selectors.lots import lot_of
from evgmp.web.record_view import RecordDetail


class LotGenealogy(RecordDetail):
    template_name = "batches/lot_genealogy.html"

    def record(self, key: str) -> Any:
        return lot_of(key)

    def header(self, record: Any) -> dict[str, Any]:
        return lot_header(record, "genealogy")

    def details(self, record: Any) -> dict[str, Any]:
        forward = self.request.GET.get("way") == "forward"
        return {
            "tree": tree_of(record, forward=forward),
            "forward": forward,
            "segments": [
                {"label": "Trace back to the bank", "url": "?", "active": not forward},
                {"label": "Trace forward", "url": "?way=forward", "active": forward},
            ],
        }
