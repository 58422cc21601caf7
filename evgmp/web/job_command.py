"""A command that takes long: asked for on its page, done by a worker, followed on the page of the job."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from evgmp.compliance import jobs
from evgmp.web.command_view import CommandView
from evgmp.web.forms import ActForm


class JobCommandView(CommandView):
    """Declare `title_of(target)`; `is_short(target)` may say that a record is done within the request after all."""

    def title_of(self, target: Any) -> str:
        raise NotImplementedError(f"{type(self).__name__} needs title_of().")

    def is_short(self, target: Any) -> bool:
        return False

    def arguments(self, target: Any) -> dict[str, Any]:
        """What makes this request another one than the next person's; empty when all get the same."""
        return {}

    def post(self, request: HttpRequest, on: str = "") -> HttpResponse:
        """Put the job to the workers. What bars it now is told now; what changes later is told by the job."""
        target = self._target(on)
        if self.is_short(target):
            return super().post(request, on)
        act_form = ActForm(request.POST, command=self.command, meanings=())
        act_form.is_valid()
        if blockers := self.blockers_now(target):
            form = self.form_class(request.POST, target=target, actor=self.actor)
            return self._refused(target, form, act_form, blockers)
        job = jobs.ask(
            self.command.key, on=self.key_of(target), title=self.title_of(target), by=self.actor.user_id, arguments=self.arguments(target)
        )
        return HttpResponseRedirect(job.get_absolute_url())
