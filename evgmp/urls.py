"""The roof: every address of the site."""

from django.urls import include, path

urlpatterns = [
    path("", include("evgmp.web.urls")),
    path("people/", include("evgmp.people.urls")),
    path("", include("batches.urls")),
    path("", include("qc.urls")),
]
