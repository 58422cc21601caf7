"""What every version of master data carries beside its content: the change record, signed with it (MST-07)."""

from django.db import models

from evgmp.compliance.models.base import GmpModel
from evgmp.rules.change_record import CHANGE_PARTS, missing_parts


class ChangeRecorded(GmpModel):
    """A version with its change record, written when it is authored. Rows of earlier releases may lack parts of it; they can't be approved."""

    change_reason = models.TextField()
    impact = models.TextField(default="")
    affected_batches = models.TextField(default="")
    training_needed = models.TextField(default="")
    effective_from = models.DateTimeField(null=True)

    class Meta:
        abstract = True

    @property
    def change_record_missing(self) -> list[str]:
        """What people call the parts that are empty."""
        return missing_parts({name: getattr(self, name) for name in CHANGE_PARTS})

    @property
    def change_record(self) -> list[tuple[str, str]]:
        """Name and words of each part, the reason first; “Not recorded” where an earlier release asked for none."""
        parts = [(words.capitalize(), getattr(self, name)) for name, words in CHANGE_PARTS.items()]
        return [(name, said or "Not recorded") for name, said in [("Reason", self.change_reason), *parts]]


# Fixed from the first save, as the content is.
CHANGE_FIELDS = ("change_reason", *CHANGE_PARTS)
