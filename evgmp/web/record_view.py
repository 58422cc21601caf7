"""Pages that only read: lists and records. Whoever holds a role that reads may see them; administrators may not."""

from typing import Any, ClassVar

from django.contrib.auth.mixins import LoginRequiredMixin
from django.core.exceptions import ObjectDoesNotExist, PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest
from django.views.generic import TemplateView

from evgmp.web.command_view import CommandView, offered


class ReadView(LoginRequiredMixin, TemplateView):
    """A page of GMP records."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if request.user.is_authenticated and not request.user.person.reads_records:  # type: ignore[union-attr]
            raise PermissionDenied("Your role keeps accounts and sees no GMP record.")
        return super().dispatch(request, *args, **kwargs)

    @property
    def actor(self) -> Any:
        return self.request.user.person  # type: ignore[union-attr]


class RecordList(ReadView):
    """A list with paging. A subclass gives `title`, `rows()` and a template that draws one table."""

    title: ClassVar[str]
    page_size: ClassVar[int] = 50
    create: ClassVar[tuple[type[CommandView], ...]] = ()

    def rows(self) -> Any:
        raise NotImplementedError(f"{type(self).__name__} needs rows().")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        page = Paginator(self.rows(), self.page_size).get_page(self.request.GET.get("page"))
        actions = [a for view in self.create if (a := offered(self.actor, view, None))]
        return {**super().get_context_data(**kwargs), "title": self.title, "page": page, "rows": page.object_list, "actions": actions}


class RecordDetail(ReadView):
    """One record: header with lineage, label, facts, tabs; the commands offered, each with what bars it."""

    tab: ClassVar[str] = ""
    commands: ClassVar[tuple[type[CommandView], ...]] = ()

    def record(self, key: str) -> Any:
        raise NotImplementedError(f"{type(self).__name__} needs record().")

    def header(self, record: Any) -> dict[str, Any]:
        """lineage, record_id, label, facts, tabs for the record layout."""
        return {}

    def details(self, record: Any) -> dict[str, Any]:
        return {}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        try:
            record = self.record(self.kwargs["key"])
        except (ObjectDoesNotExist, ValueError) as error:
            raise Http404(f"There is no record {self.kwargs['key']}.") from error
        actions = [a for view in self.commands if (a := offered(self.actor, view, record))]
        return {
            **super().get_context_data(**kwargs),
            "record": record,
            "record_id": str(record),
            "actions": actions,
            **self.header(record),
            **self.details(record),
        }
