"""Addresses of the laboratory."""

from django.urls import path

from evgmp.web.command_view import command_paths
from qc.views import oos, results, runs, specifications, work

work.hang_in()

urlpatterns = [
    *command_paths(
        specifications.AuthorSpecification, specifications.ReviewSpecification, specifications.ApproveSpecification,
        results.ReceiveSample, runs.RecordRun, results.RecordResult, results.CorrectResult, results.ReviewResult,
        oos.PlanOos, oos.ApproveOosPlan, oos.RecordRetest, oos.InvalidateOos, oos.ConfirmOos,
    ),
    path("results/", results.Results.as_view(), name="results"),
    path("results/<str:key>/", results.LotResults.as_view(), name="lot_results"),
    path("result/<str:key>/", results.ResultDetail.as_view(), name="result"),
    path("runs-of-assays/", runs.Runs.as_view(), name="runs"),
    path("run/<str:key>/", runs.RunDetail.as_view(), name="run"),
    path("raw-file/<str:key>/", runs.RawFileDownload.as_view(), name="raw_file"),
    path("oos/", oos.OosList.as_view(), name="oos_list"),
    path("oos/<str:key>/", oos.OosDetail.as_view(), name="oos"),
    path("specifications/", specifications.Specifications.as_view(), name="specifications"),
    path("specifications/<str:key>/file/", specifications.SpecificationFileDownload.as_view(), name="specification_file"),
    path("specifications/<str:key>/", specifications.SpecificationDetail.as_view(), name="specification"),
]  # fmt: skip
