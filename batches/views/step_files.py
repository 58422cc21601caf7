"""Files and photos of a step: handing one in, and looking at it."""

from typing import Any

from django.core.exceptions import ObjectDoesNotExist
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.http import content_disposition_header

from batches.domain.commands import ATTACH_FILE
from batches.domain.step_files import PICTURES
from batches.forms.files import AttachFileForm
from batches.selectors.step_files import step_file
from batches.services.step_files import attach_file
from batches.views.step_page import step_context
from batches.views.steps import StepCommand
from evgmp.compliance.files import bytes_of
from evgmp.web.record_view import ReadView


class AttachFile(StepCommand):
    command = ATTACH_FILE
    service = staticmethod(attach_file)
    form_class = AttachFileForm
    template_name = "batches/step_act.html"

    def extra_context(self, target: Any) -> dict[str, Any]:
        return step_context(target)


class StepFilePage(ReadView):
    """The bytes as they were handed in. A picture is shown; everything else is saved, never opened inside the site."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            row = step_file(self.kwargs["key"])
        except ObjectDoesNotExist as error:
            raise Http404("There is no such file.") from error
        shown = row.file.media_type in PICTURES
        response = HttpResponse(bytes_of(row.file.content), content_type=row.file.media_type if shown else "application/octet-stream")
        response.headers["Content-Disposition"] = content_disposition_header(not shown, row.file.name) or "attachment"
        response.headers["X-Content-Type-Options"] = "nosniff"
        return response
