"""A command on one part of a draft that several people may edit: a page that is out of date comes back with everything typed."""

from typing import Any

from django.http import HttpResponse

from evgmp.rules.blocker import Blocker
from evgmp.web.command_view import CommandView
from evgmp.web.forms import ActForm


class PartCommand(CommandView):
    """Declare `meanwhile_of` beside what every command declares. The target has `revision` and `gone`, why the part is not there any more."""

    def meanwhile_of(self, target: Any, seen: str) -> tuple[list[Any], int]:
        """What others changed in the draft since the revision `seen`, and its revision now."""
        raise NotImplementedError(f"{type(self).__name__} needs meanwhile_of().")

    def summary(self, target: Any) -> list[tuple[str, Any]]:
        return []

    def _refused(self, target: Any, form: Any, act_form: ActForm, blockers: list[Blocker]) -> HttpResponse:
        """A page that is out of date comes back with everything typed, with what others changed, and may then be saved."""
        self.meanwhile: list[Any] = []
        if any(blocker.key == "stale_page" for blocker in blockers):
            self.meanwhile, revision = self.meanwhile_of(target, act_form.data.get("seen", ""))
            act_form = ActForm(command=self.command, meanings=(), initial={"seen": str(revision)})
            blockers = [
                *blockers,
                Blocker("typed_is_here", f"What you typed is still here. “{self.command.label}” puts it into the draft as it is now."),
            ]
        return super()._refused(target, form, act_form, blockers)

    def extra_context(self, target: Any) -> dict[str, Any]:
        return {"meanwhile": getattr(self, "meanwhile", []), "cancel_url": target.get_absolute_url(), "place": target}
