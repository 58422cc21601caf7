from qc.models.assays import AssayRun
from qc.models.custody import ContractLaboratory, SampleEvent
from qc.models.imports import FileImport, ImportedValue, MappingVersion
from qc.models.methods import MethodList, MethodListVersion
from qc.models.oos import OosPlan, OosResample, OosRetest, OutOfSpecification
from qc.models.potency import PotencyAssay
from qc.models.readings import SecondReading
from qc.models.release import CertificationRegister, QcApproval
from qc.models.results import Result
from qc.models.specification_drafts import SpecificationDraft
from qc.models.specifications import LotSpecification, Specification, SpecificationVersion, SpecRow
from qc.models.standards import ReferenceStandard

__all__ = [
    "AssayRun", "CertificationRegister", "ContractLaboratory", "FileImport", "ImportedValue", "LotSpecification", "MappingVersion", "MethodList",
    "MethodListVersion", "OosPlan", "OosResample", "OosRetest",
    "OutOfSpecification", "PotencyAssay", "QcApproval", "ReferenceStandard", "Result", "SampleEvent", "SecondReading", "SpecRow", "Specification",
    "SpecificationDraft", "SpecificationVersion",
]  # fmt: skip
