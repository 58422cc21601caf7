"""The page of one command: GET shows the form, POST performs the command, blockers become form errors."""

from typing import Any, ClassVar

from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import path, reverse
from django.urls.resolvers import URLPattern
from django.views import View

from evgmp.compliance import clock
from evgmp.compliance.recording import standing_blockers
from evgmp.rules.blocker import Blocker, RuleBroken
from evgmp.rules.command import STATEMENTS, Command, Meaning
from evgmp.web.forms import ActForm, CommandForm
from evgmp.web.performing import Attempted, FormRefused, perform

VIEWS: dict[str, type["CommandView"]] = {}


class CommandView(LoginRequiredMixin, View):
    """Declare command, service, form and (for commands on a record) `find`. Everything else is shared.

    find(on) returns the record or raises ObjectDoesNotExist; barred(target) lists what bars the command now;
    meanings(target) the signatures asked for, when the data decide about a witness.
    """

    command: ClassVar[Command]
    service: ClassVar[Any]
    form_class: ClassVar[type[CommandForm]] = CommandForm
    template_name: ClassVar[str] = "layouts/command.html"
    takes_target: ClassVar[bool] = True

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if "command" in cls.__dict__:
            VIEWS[cls.command.key] = cls

    # --- what a subclass may say ---

    @classmethod
    def find(cls, on: str) -> Any:
        raise NotImplementedError(f"{cls.__name__} needs find().")

    @classmethod
    def barred(cls, target: Any) -> list[Blocker]:
        """What bars the command on this record now, whoever asks."""
        return []

    @classmethod
    def meanings(cls, target: Any) -> tuple[Meaning, ...]:
        return cls.command.signs

    @classmethod
    def key_of(cls, target: Any) -> str:
        """How the record is named in the URL."""
        return str(getattr(target, "number", None) or getattr(target, "code", None) or target.pk)

    def initial(self, target: Any) -> dict[str, Any]:
        return {}

    def summary(self, target: Any) -> list[tuple[str, Any]]:
        """Name and value of what is decided or signed, shown above the form (SIG-07)."""
        return [("Record", target)] if target is not None else []

    def extra_context(self, target: Any) -> dict[str, Any]:
        return {}

    def success_url(self, record: Any) -> str:
        return str(record.get_absolute_url())

    # --- shared ---

    @classmethod
    def url_name(cls) -> str:
        return f"{cls.command.app}:{cls.command.name}"

    @classmethod
    def url(cls, target: Any = None) -> str:
        return reverse(cls.url_name(), args=[cls.key_of(target)] if cls.takes_target else [])

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if request.user.is_authenticated and not self.actor.role_for(self.command):
            raise PermissionDenied(f"None of your roles may do this: {self.command.in_a_sentence}.")
        return super().dispatch(request, *args, **kwargs)

    @property
    def actor(self) -> Any:
        return self.request.user.person  # type: ignore[union-attr]

    def _target(self, on: str) -> Any:
        from django.core.exceptions import ObjectDoesNotExist

        if not self.takes_target:
            return None
        try:
            return self.find(on)
        except (ObjectDoesNotExist, ValueError) as error:
            raise Http404(f"There is no record {on}.") from error

    def get(self, request: HttpRequest, on: str = "") -> HttpResponse:
        target = self._target(on)
        blockers = self.blockers_now(target)
        form = self.form_class(target=target, actor=self.actor, initial=self.initial(target))
        act_form = ActForm(command=self.command, meanings=self.meanings(target), initial=self._act_initial(target))
        return self._page(target, form, act_form, blockers=blockers)

    def blockers_now(self, target: Any) -> list[Blocker]:
        """Whatever bars this person from this command on this record now."""
        return standing_blockers(self.command, self.actor, clock.now()) + self.barred(target)

    def post(self, request: HttpRequest, on: str = "") -> HttpResponse:
        target = self._target(on)
        act_form = ActForm(request.POST, command=self.command, meanings=self.meanings(target))
        act_form.is_valid()
        said = act_form.cleaned_data
        fields = ("reason", "user_id", "password", "witness_user_id", "witness_password", "seen", "once")
        attempted = Attempted(data=request.POST, files=request.FILES, **{n: said.get(n) or "" for n in fields})
        if act_form.errors:
            form = self.form_class(request.POST, request.FILES, target=target, actor=self.actor)
            return self._refused(target, form, act_form, [])
        try:
            performed = perform(type(self), actor=self.actor, on=on, attempted=attempted)
        except FormRefused as refused:
            act_form.tell_empty()
            return self._refused(target, refused.form, act_form, [])
        except RuleBroken as broken:
            form = self.form_class(request.POST, request.FILES, target=self._target(on), actor=self.actor)
            return self._refused(target, form, act_form, list(broken.blockers))
        messages.success(request, f"{self.command.sentence}.")
        return HttpResponseRedirect(self.success_url(performed.record))

    def _act_initial(self, target: Any) -> dict[str, Any]:
        return {"seen": str(target.revision) if target is not None else ""}

    def _refused(self, target: Any, form: Any, act_form: ActForm, blockers: list[Blocker]) -> HttpResponse:
        general: list[Blocker] = []
        form.is_valid()
        for blocker in blockers:
            if blocker.field in form.fields:
                form.add_error(blocker.field, blocker.message)
            elif blocker.field in act_form.fields:
                act_form.add_error(blocker.field, blocker.message)
            else:
                general.append(blocker)
        return self._page(target, form, act_form, errors=general, status=422)

    def _page(self, target: Any, form: Any, act_form: ActForm, *, status: int = 200, **more: Any) -> HttpResponse:
        blockers: list[Blocker] = more.get("blockers", [])
        problems = [("", b.message) for b in more.get("errors", [])] + problems_of(form, act_form)
        context = {
            "command": self.command,
            "target": target,
            "summary": self.summary(target),
            "form": form,
            "act_form": act_form,
            "meanings": [STATEMENTS[m] for m in self.meanings(target)],
            "blockers": blockers,
            "problems": problems,
            "cancel_url": target.get_absolute_url() if target is not None else reverse("web:work"),
            **self.extra_context(target),
        }
        return render(self.request, self.template_name, context, status=status)


def problems_of(*forms: Any) -> list[tuple[str, str]]:
    """The line of the error summary for each thing to fix: id of the field to go to, or empty, and the sentence.

    Fields that are only empty are one thing: they stand in one line, which leads to the first of them.
    """
    empty: list[tuple[str, str]] = []
    others: list[tuple[str, str]] = []
    for form in forms:
        for name, errors in form.errors.as_data().items():
            known = name in form.fields
            field_id = _first_input(form[name]) if known else ""
            label = str(form.fields[name].label or name) if known else ""
            for error in errors:
                if known and error.code == "required":
                    empty.append((field_id, label))
                else:
                    others += [(field_id, f"{label}: {message}" if label else str(message)) for message in error.messages]
    if not empty:
        return others
    # A label that asks is quoted: “What do you see?” is empty.
    labels = [f"“{label}”" if label.endswith("?") else label for _, label in empty]
    words = f"{labels[0]}: it is empty. Fill it in." if len(labels) == 1 else f"{len(labels)} fields are empty: {'; '.join(labels)}. Fill them in."
    return [(empty[0][0], words), *others]


def _first_input(field: Any) -> str:
    """A group of radio buttons or boxes has no id of its own, so its first one is taken."""
    return str(field.id_for_label or ("" if field.is_hidden else f"{field.auto_id}_0"))


def offered(actor: Any, view: type[CommandView], target: Any, *, primary: bool = False) -> dict[str, Any] | None:
    """A command as a button: where it leads, and every sentence that bars it. None when the role has no such right."""
    if not actor.role_for(view.command):
        return None
    barred = standing_blockers(view.command, actor, clock.now()) + view.barred(target)
    return {
        "label": view.command.label,
        "url": view.url(target),
        "barred": [b.message for b in barred],
        "primary": primary,
        "key": view.command.key,
    }


def command_paths(*views: type[CommandView]) -> list[URLPattern]:
    """One URL a command: `verb-noun/` or `verb-noun/<record>/`."""
    return [
        path(
            f"{view.command.name.replace('_', '-')}/" + ("<str:on>/" if view.takes_target else ""),
            view.as_view(),
            name=view.command.name,
        )
        for view in views
    ]
