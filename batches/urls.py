"""Every address of manufacturing."""

from batches.urls_labels import urlpatterns as labels
from batches.urls_material import urlpatterns as material
from batches.urls_records import urlpatterns as records

app_name = "batches"
urlpatterns = [*material, *records, *labels]
