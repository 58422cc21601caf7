"""Addresses of labels. Part of `batches.urls`."""

from django.urls import path

from batches.views import labels
from evgmp.web.command_view import command_paths

urlpatterns = [
    path("labels/", labels.Labels.as_view(), name="labels"),
    path("label-template/<str:key>/", labels.LabelTemplatePage.as_view(), name="label_template"),
    path("labels/<str:key>/", labels.LabelIssuePage.as_view(), name="label_issue"),
    *command_paths(labels.AuthorLabel, labels.ApproveLabel, labels.PrintLabels, labels.CheckLabel, labels.ReprintLabels, labels.ReconcileLabels),
]
