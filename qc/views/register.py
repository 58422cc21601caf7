"""The register of certifications: every act of the Qualified Person, in order (Directive 2001/83/EC, Article 51(3))."""

from typing import Any

from evgmp.web.record_view import RecordList
from qc.selectors import review


class Certifications(RecordList):
    """One row an act, newest first, with the papers it rests on. Nobody can change a row."""

    title = "Register of certifications"
    template_name = "qc/certifications.html"
    page_size = 50

    def rows(self) -> Any:
        return review.register()
