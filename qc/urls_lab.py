"""Addresses of the laboratory."""

from django.urls import path

from evgmp.web.command_view import command_paths
from qc.views import (
    custody,
    imports,
    methods,
    oos,
    potency,
    readings,
    results,
    runs,
    specification_drafts,
    specifications,
    standards,
    trends,
    work,
)

work.hang_in()

urlpatterns = [
    *command_paths(
        specifications.AuthorSpecification, specifications.ReviewSpecification, specifications.ApproveSpecification,
        specification_drafts.DraftSpecification, specification_drafts.EditSpecificationPart, specification_drafts.AddSpecificationPart,
        specification_drafts.MoveSpecificationRow, specification_drafts.RemoveSpecificationPart, specification_drafts.SubmitSpecification,
        specification_drafts.DiscardSpecificationDraft,
        methods.AuthorMethods, methods.ReviewMethods, methods.ApproveMethods,
        imports.AuthorMapping, imports.ApproveMapping, imports.HandInFile, imports.ImportResults, imports.DiscardFile,
        custody.RecordCustody, custody.DestroySample, custody.ApproveLaboratory,
        standards.RegisterStandard, standards.QualifyStandard, standards.WithdrawStandard,
        results.ReceiveSample, runs.RecordRun, potency.RecordPotency, potency.IssuePotencyReport,
        results.RecordResult, results.CorrectResult, results.RepeatExtraction, readings.ReadResult, results.ReviewResult,
        oos.PlanOos, oos.ApproveOosPlan, oos.RecordRetest, oos.AuthoriseResample, oos.DrawResample, oos.InvalidateOos, oos.ConfirmOos,
    ),
    path("results/", results.Results.as_view(), name="results"),
    path("results/<str:key>/", results.LotResults.as_view(), name="lot_results"),
    path("result/<str:key>/", results.ResultDetail.as_view(), name="result"),
    path("runs-of-assays/", runs.Runs.as_view(), name="runs"),
    path("run/<str:key>/", runs.RunDetail.as_view(), name="run"),
    path("potency/<str:key>/", potency.PotencyDetail.as_view(), name="potency"),
    path("methods/", methods.Methods.as_view(), name="methods"),
    path("methods/<str:key>/file/", methods.MethodListFileDownload.as_view(), name="method_list_file"),
    path("methods/<str:key>/", methods.MethodListDetail.as_view(), name="method_list"),
    path("formulas/", runs.Formulas.as_view(), name="formulas"),
    path("raw-file/<str:key>/", runs.RawFileDownload.as_view(), name="raw_file"),
    path("file-mappings/", imports.Mappings.as_view(), name="file_mappings"),
    path("file-mapping/<str:key>/", imports.MappingDetail.as_view(), name="file_mapping"),
    path("file-import/<str:key>/", imports.ImportDetail.as_view(), name="file_import"),
    path("custody/<str:key>/", custody.Custody.as_view(), name="custody"),
    path("contract-laboratories/", custody.Laboratories.as_view(), name="laboratories"),
    path("contract-laboratories/<str:key>/", custody.LaboratoryDetail.as_view(), name="laboratory"),
    path("standards/", standards.Standards.as_view(), name="standards"),
    path("standards/<str:key>/", standards.StandardDetail.as_view(), name="standard"),
    path("trends/", trends.Trends.as_view(), name="trends"),
    path("trends/<str:key>/", trends.TrendDetail.as_view(), name="trend"),
    path("oos/", oos.OosList.as_view(), name="oos_list"),
    path("oos/<str:key>/", oos.OosDetail.as_view(), name="oos"),
    path("specification-draft/<str:key>/", specification_drafts.SpecificationDraftPage.as_view(), name="specification_draft"),
    path("specification-draft/<str:key>/file/", specification_drafts.SpecificationDraftFile.as_view(), name="specification_draft_file"),
    path("specifications/", specifications.Specifications.as_view(), name="specifications"),
    path("specifications/<str:key>/file/", specifications.SpecificationFileDownload.as_view(), name="specification_file"),
    path("specifications/<str:key>/", specifications.SpecificationDetail.as_view(), name="specification"),
]  # fmt: skip
