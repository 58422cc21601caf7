from qc.models.assays import AssayRun
from qc.models.oos import OutOfSpecification
from qc.models.results import Result
from qc.models.specifications import LotSpecification, Specification, SpecificationVersion, SpecRow

__all__ = ["AssayRun", "LotSpecification", "OutOfSpecification", "Result", "SpecRow", "Specification", "SpecificationVersion"]
