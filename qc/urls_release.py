"""Addresses of review, release and papers."""

from django.urls import path

from evgmp.web.command_view import command_paths
from qc.views import papers, public, register, release, reworks, work_release

work_release.hang_in()

urlpatterns = [
    *command_paths(
        release.ApproveQc, release.ApproveForCertification, release.CertifyLot, release.ReleaseToStock, release.ReleaseBank,
        release.RejectLot, papers.TakeCopy, reworks.RequestRework, reworks.DecideRework,
    ),
    path("review/", release.Reviews.as_view(), name="reviews"),
    path("review/<str:key>/", release.LotReview.as_view(), name="lot_review"),
    path("certifications/", register.Certifications.as_view(), name="certifications"),
    path("papers/", papers.Papers.as_view(), name="papers"),
    path("papers/<str:key>/", papers.PaperDetail.as_view(), name="paper"),
    path("papers/<str:key>/file/", papers.PaperFile.as_view(), name="paper_file"),
    path("papers/<str:key>/copies/<int:copy_number>/", papers.CopyFile.as_view(), name="copy_file"),
    path("check/", public.Check.as_view(), name="check"),
    path("check/<str:code>/", public.CheckCode.as_view(), name="check_code"),
]  # fmt: skip
