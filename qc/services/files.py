"""Original files kept beside a record: the same as on the shop floor."""

from batches.services.files import RawFile, attach

__all__ = ["RawFile", "attach"]
