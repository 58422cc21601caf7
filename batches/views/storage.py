"""Temperature excursions of a lot."""

from typing import Any

from batches.domain.commands import RECORD_EXCURSION
from batches.forms.storage import RecordExcursionForm
from batches.services.storage import record_excursion
from batches.views.dispositions import Decision


class RecordExcursion(Decision):
    command = RECORD_EXCURSION
    service = staticmethod(record_excursion)
    form_class = RecordExcursionForm

    def extra_context(self, target: Any) -> dict[str, Any]:
        return {"intro": "Above its limit the lot goes on hold at once and an exception opens; QA decides on both."}
