"""Reading the files of a step."""

from django.db.models import QuerySet

from batches.models import Step, StepAttachment


def files_of(step: Step) -> list[StepAttachment]:
    """The files that count, oldest first."""
    return list(_rows().filter(step=step, is_current=True).order_by("pk")) if step.master_step.attachment else []


def struck_files(step: Step) -> list[StepAttachment]:
    """Files attached by mistake, oldest first."""
    return list(_rows().filter(step=step, is_current=False).order_by("pk")) if step.master_step.attachment else []


def step_file(pk: int) -> StepAttachment:
    """One file, struck or not. Raises StepAttachment.DoesNotExist."""
    return _rows().get(pk=pk)


def _rows() -> "QuerySet[StepAttachment]":
    # The bytes stay where they are: a page that names ten photos reads none.
    return StepAttachment.objects.select_related("file__content", "step__batch__lot").defer("file__content__data")
