"""Addresses of testing and release."""

from qc.urls_lab import urlpatterns as laboratory
from qc.urls_release import urlpatterns as release

app_name = "qc"
urlpatterns = [*laboratory, *release]
