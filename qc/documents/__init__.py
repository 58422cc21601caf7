"""What the laboratory's papers say, as frozen data. Builders read selectors; templates draw what stands here and nothing else."""

from qc.documents.parts import BatchCertificate, CertificateOfAnalysis

__all__ = ["BatchCertificate", "CertificateOfAnalysis"]
