"""Sign-in, accounts, roles, training."""

from typing import Any, ClassVar

from django.contrib import messages
from django.contrib.auth import authenticate, login, logout, update_session_auth_hash
from django.contrib.auth.mixins import LoginRequiredMixin
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views import View
from django.views.generic import TemplateView

from evgmp.compliance.models import Plant
from evgmp.people import commands, forms, selectors, services
from evgmp.people.models import AccessEntry, Account, Person
from evgmp.rules.blocker import Blocker
from evgmp.web.command_view import CommandView, offered


class SignIn(View):
    """User ID and password. Wrong ones count together with those at signatures; five lock the account."""

    def get(self, request: HttpRequest) -> HttpResponse:
        return self._page(request, forms.SignInForm())

    def post(self, request: HttpRequest) -> HttpResponse:
        form = forms.SignInForm(request.POST)
        if not form.is_valid():
            return self._page(request, form, status=422)
        user_id, password = form.cleaned_data["username"].strip().casefold(), form.cleaned_data["password"]
        address = request.META.get("REMOTE_ADDR", "")
        account: Account | None = Account.objects.find(user_id)
        sentence = account.why_not(password, signing=False) if account else "User ID or password is wrong. Check both."
        user = authenticate(request, username=user_id, password=password) if not sentence else None
        if user is None:
            AccessEntry.note("failed", user_id, address)
            form.add_error(None, sentence or "This account can't sign in. Ask an administrator.")
            return self._page(request, form, status=422)
        login(request, user)
        AccessEntry.note("signed in", user_id, address)
        wanted = request.POST.get("next") or request.GET.get("next") or ""
        safe = url_has_allowed_host_and_scheme(wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure())
        return HttpResponseRedirect(wanted if safe else reverse("web:work"))

    def _page(self, request: HttpRequest, form: Any, status: int = 200) -> HttpResponse:
        plant = Plant.objects.order_by("pk").first()
        accounts = selectors.demo_accounts() if plant and plant.is_demo else []
        context = {"form": form, "demo_accounts": accounts, "next": request.POST.get("next") or request.GET.get("next", "")}
        return render(request, "people/sign_in.html", context, status=status)


class SignOut(View):
    def post(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated:
            AccessEntry.note("signed out", request.user.user_id, request.META.get("REMOTE_ADDR", ""))
            logout(request)
        return HttpResponseRedirect(reverse("people:sign_in"))


class ChangePassword(LoginRequiredMixin, View):
    """The owner's own password; forced after an administrator set one."""

    def get(self, request: HttpRequest) -> HttpResponse:
        return render(request, "people/change_password.html", {"form": forms.ChangePasswordForm()})

    def post(self, request: HttpRequest) -> HttpResponse:
        form = forms.ChangePasswordForm(request.POST)
        if form.is_valid():
            account: Any = request.user
            sentence = services.change_password(account, **form.cleaned_data)
            if not sentence:
                update_session_auth_hash(request, account)
                messages.success(request, "Your password was changed.")
                return HttpResponseRedirect(reverse("web:work"))
            form.add_error(None, sentence)
        return render(request, "people/change_password.html", {"form": form}, status=422)


class PersonCommand(CommandView):
    ends_with_retirement: ClassVar[bool] = True

    @classmethod
    def find(cls, on: str) -> Person:
        return selectors.person_of(on)

    @classmethod
    def key_of(cls, target: Any) -> str:
        return str(target.user_id)

    @classmethod
    def barred(cls, target: Any) -> list[Blocker]:
        return selectors.retired_blockers(target) if target and cls.ends_with_retirement else []

    def summary(self, target: Any) -> list[tuple[str, Any]]:
        return [("Person", f"{target.printed_name} ({target.user_id})"), ("Roles", target.role_titles or "none")] if target else []


class AddPerson(PersonCommand):
    command = commands.ADD_PERSON
    service = staticmethod(services.add_person)
    form_class = forms.AddPersonForm
    takes_target = False


class GrantRole(PersonCommand):
    command = commands.GRANT_ROLE
    service = staticmethod(services.grant_role)
    form_class = forms.RoleForm


class WithdrawRole(PersonCommand):
    command = commands.WITHDRAW_ROLE
    service = staticmethod(services.withdraw_role)
    ends_with_retirement = False
    form_class = forms.WithdrawRoleForm


class RetirePerson(PersonCommand):
    command = commands.RETIRE_PERSON
    service = staticmethod(services.retire_person)

    def extra_context(self, target: Any) -> dict[str, Any]:
        return {
            "intro": "From now on this person can't sign in or sign, and never again under this user ID. What they signed stays under their name."
        }


class UnlockAccount(PersonCommand):
    command = commands.UNLOCK_ACCOUNT
    service = staticmethod(services.unlock_account)


class ResetPassword(PersonCommand):
    command = commands.RESET_PASSWORD
    service = staticmethod(services.reset_password)
    form_class = forms.PasswordForm


class RecordTraining(PersonCommand):
    command = commands.RECORD_TRAINING
    service = staticmethod(services.record_training)
    ends_with_retirement = False
    form_class = forms.TrainingForm


class People(LoginRequiredMixin, TemplateView):
    """Everybody who ever had a user ID, with roles and training; for administrators the access log too."""

    template_name = "people/people.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        person: Any = self.request.user.person  # type: ignore[union-attr]
        add = offered(person, AddPerson, None)
        page = Paginator(selectors.people_list(), 100).get_page(self.request.GET.get("page"))
        log = selectors.access_log()[:50] if person.kind == "administrator" or person.reads_records else []
        return {**super().get_context_data(**kwargs), "page": page, "actions": [add] if add else [], "access_log": log}


class PersonDetail(LoginRequiredMixin, TemplateView):
    template_name = "people/person.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        try:
            person = selectors.person_of(self.kwargs["key"])
        except Person.DoesNotExist as error:
            raise Http404(f"There is no person {self.kwargs['key']}.") from error
        actor: Any = self.request.user.person  # type: ignore[union-attr]
        views = (GrantRole, WithdrawRole, RecordTraining, UnlockAccount, ResetPassword, RetirePerson)
        # Of a retired person only what can still be put right is offered; the rest would be grey for ever.
        actions = [a for view in views if (a := offered(actor, view, person)) and not (person.retired_at and a["barred"])]
        return {**super().get_context_data(**kwargs), "record": person, "actions": actions}
