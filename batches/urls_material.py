"""Addresses of donors, lots, vials, samples, exceptions and decisions. Part of `batches.urls`."""

from django.urls import path

import batches.views.work  # noqa: F401  hangs its work and finders into the work page
from batches.views import dispositions, donors, environment, equipment, exceptions, genealogy, lots, materials, samples, storage, vials
from evgmp.web.command_view import command_paths

urlpatterns = [
    path("banks/", lots.Banks.as_view(), name="banks"),
    path("passages/", lots.Passages.as_view(), name="passages"),
    path("media-lots/", lots.MediaLots.as_view(), name="media_lots"),
    path("runs/", lots.Runs.as_view(), name="runs"),
    path("ev-lots/", lots.EvLots.as_view(), name="ev_lots"),
    path("drug-products/", lots.DrugProducts.as_view(), name="drug_products"),
    path("lot/<str:key>/", lots.LotPage.as_view(), name="lot"),
    path("lot/<str:key>/genealogy/", genealogy.LotGenealogy.as_view(), name="lot_genealogy"),
    path("lot/<str:key>/audit-trail/", lots.LotTrail.as_view(), name="lot_trail"),
    path("donors/", donors.Donors.as_view(), name="donors"),
    path("donor/<str:key>/", donors.DonorPage.as_view(), name="donor"),
    path("line/<str:key>/", donors.LinePage.as_view(), name="line"),
    path("vial/<str:key>/", vials.VialPage.as_view(), name="vial"),
    path("sample/<str:key>/", samples.SamplePage.as_view(), name="sample"),
    path("materials/", materials.Materials.as_view(), name="materials"),
    path("material/<str:key>/", materials.MaterialPage.as_view(), name="material"),
    path("equipment/", equipment.Equipment.as_view(), name="equipment"),
    path("equipment/<str:key>/", equipment.EquipmentPage.as_view(), name="equipment_unit"),
    path("exceptions/", exceptions.Exceptions.as_view(), name="exceptions"),
    path("exception/<str:key>/", exceptions.ExceptionPage.as_view(), name="exception"),
    *command_paths(
        donors.RegisterDonor, donors.DecideDonorEligibility, donors.RegisterCellLine, vials.StoreVials, vials.ReserveVial,
        vials.WithdrawVial, vials.ThawVial, vials.DestroyVial, samples.DrawSample, exceptions.CloseException,
        dispositions.ReleaseForProcessing, dispositions.HoldLot, dispositions.LiftHold, dispositions.SplitLot, materials.RegisterItem,
        exceptions.RaiseDeviation, exceptions.ReportException,
        materials.ReceiveMaterial, materials.DecideMaterial, materials.OpenMaterial, materials.DiscardMaterial,
        materials.ReserveMaterial, storage.MoveLot, storage.RecordExcursion,
        equipment.RegisterEquipment, equipment.RecordUpkeep, equipment.StopEquipment, equipment.ReturnEquipment,
        environment.RecordMonitoring, environment.ReadMonitoring, environment.ReviewMonitoring,
    ),
]  # fmt: skip
