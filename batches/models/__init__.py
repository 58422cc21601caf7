from batches.models.alarms import AlarmAcknowledgement
from batches.models.attachments import StepAttachment
from batches.models.containers import Container, ContainerMovement
from batches.models.deviations import ExceptionRecord
from batches.models.dispositions import DECISIONS, Disposition
from batches.models.donors import CellLine, Donor
from batches.models.environment import MonitoringRecord
from batches.models.equipment import EquipmentEntry, EquipmentUnit
from batches.models.genealogy import LotInput
from batches.models.labels import LabelCount, LabelIssue, LabelReading, LabelTemplate
from batches.models.lots import (
    MAKING,
    STAGES,
    TYPED,
    CellBank,
    ConditionedMediaLot,
    DrugProduct,
    EVLot,
    FiltrationStage,
    IsolationRun,
    Lot,
    Passage,
    TypedLot,
)
from batches.models.master_drafts import MasterDraft
from batches.models.masters import MasterParameter, MasterRecord, MasterStep, MasterVersion
from batches.models.materials import MaterialDecision, MaterialItem, MaterialLot, MaterialMovement, MaterialOpening, MaterialReservation
from batches.models.records import BatchRecord, Entry, HandOver, Step
from batches.models.reworks import ReworkAuthorisation
from batches.models.samples import Sample
from batches.models.storage import Excursion, StorageMove

__all__ = [
    "DECISIONS", "MAKING", "STAGES", "TYPED",
    "AlarmAcknowledgement", "BatchRecord", "CellBank", "CellLine", "ConditionedMediaLot", "Container", "ContainerMovement", "Disposition",
    "Donor", "DrugProduct", "EVLot", "Entry", "EquipmentEntry", "EquipmentUnit", "ExceptionRecord",
    "Excursion", "FiltrationStage", "HandOver", "IsolationRun",
    "LabelCount", "LabelIssue", "LabelReading", "LabelTemplate", "Lot", "LotInput",
    "MasterDraft", "MasterParameter", "MasterRecord", "MasterStep", "MasterVersion", "MaterialDecision", "MaterialItem", "MaterialLot", "MaterialMovement",
    "MaterialOpening", "MaterialReservation", "MonitoringRecord", "Passage", "ReworkAuthorisation", "Sample", "Step", "StepAttachment", "StorageMove",
    "TypedLot",
]  # fmt: skip
