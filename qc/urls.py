"""Addresses of testing and release."""

import qc.selectors.holding
import qc.selectors.lot_rows  # noqa: F401  the audit trail of a lot shows the laboratory's acts too
from qc.urls_lab import urlpatterns as laboratory
from qc.urls_release import urlpatterns as release

app_name = "qc"
urlpatterns = [*laboratory, *release]
