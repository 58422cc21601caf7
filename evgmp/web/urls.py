from django.urls import path

from evgmp.web import job_view, views

app_name = "web"
urlpatterns = [
    path("", views.Work.as_view(), name="work"),
    path("search/", views.Search.as_view(), name="search"),
    path("audit-trail/", views.Trail.as_view(), name="trail"),
    path("job/<str:key>/", job_view.JobPage.as_view(), name="job"),
    path("stay/", views.KeepAlive.as_view(), name="stay"),
]
