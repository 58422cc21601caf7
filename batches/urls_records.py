"""Addresses of master records, batch records and steps. Part of `batches.urls`."""

from django.urls import path

import batches.views.work_records  # noqa: F401  hangs its work and finders into the work page
from batches.views import alarms, master_drafts, master_papers, masters, record_papers, records, step_files, steps, uses
from evgmp.web.command_view import command_paths

urlpatterns = [
    path("masters/", masters.Masters.as_view(), name="masters"),
    path("master/<str:key>/", masters.MasterPage.as_view(), name="master"),
    path("master/<str:key>/blank/", master_papers.MasterBlank.as_view(), name="master_blank"),
    path("master/<str:key>/file/", master_papers.MasterFilePage.as_view(), name="master_file"),
    path("master-draft/<str:key>/", master_drafts.MasterDraftPage.as_view(), name="master_draft"),
    path("master-draft/<str:key>/blank/", master_papers.MasterDraftBlank.as_view(), name="master_draft_blank"),
    path("master-draft/<str:key>/file/", master_papers.MasterDraftFile.as_view(), name="master_draft_file"),
    path("batch/<str:key>/", records.BatchPage.as_view(), name="batch"),
    path("step/<str:key>/", steps.StepPage.as_view(), name="step"),
    path("step-file/<int:key>/", step_files.StepFilePage.as_view(), name="step_file"),
    *command_paths(
        master_drafts.DraftMaster, master_drafts.EditMasterPart, master_drafts.AddMasterPart, master_drafts.MoveMasterPart,
        master_drafts.RemoveMasterPart, master_drafts.SubmitMaster, master_drafts.DiscardMasterDraft,
        masters.AuthorMaster, masters.ReviewMaster, masters.ApproveMaster, masters.StartBatch, records.ConsumeLot,
        records.CompleteBatch, records.AbortBatch, records.ReviewBatch, steps.RecordEntry, steps.SignStep, steps.CorrectEntry,
        steps.SkipStep, steps.DecideHoldPoint, uses.RecordUse, uses.TakeSample, uses.CorrectUse, step_files.AttachFile,
        record_papers.IssueRecord, alarms.AcknowledgeAlarm, master_papers.PrintMaster,
        steps.RecordLateEntry, records.PauseBatch, records.ResumeBatch, records.HandOverBatch,
    ),
]  # fmt: skip
