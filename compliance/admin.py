"""Records in the admin: read-only lists, and decisions by a signed transition (WF-03, WF-05, WF-11, AUD-08)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django.contrib import messages
from django.contrib.admin import ModelAdmin
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import path, reverse

from compliance.admin_site import site
from compliance.domain import actor as actors
from compliance.domain import clock
from compliance.domain.transitions import blockers
from compliance.forms.acting import kept, once, plain_act, signed_act
from compliance.forms.tokens import new_token, read_version
from compliance.models import LedgerEntry, RoleGrant, Signature, User
from compliance.page_forms import ActForm, FormField, Signing
from compliance.page_frame import Link
from compliance.page_transition import TransitionPage
from compliance.pages import Check
from compliance.refusals import Refusal
from compliance.registry import trail_of
from compliance.roles import roles_for

if TYPE_CHECKING:
    from collections.abc import Mapping
    from uuid import UUID

    from django.http import HttpRequest
    from django.urls import URLPattern

    from compliance.domain.act import Act
    from compliance.models import AppendOnly, Record
    from compliance.pages import Fact, Table
    from compliance.states import Transition

READ = "compliance.read_trail"


class ReadOnlyRecordAdmin(ModelAdmin):  # type: ignore[type-arg]
    """A list and a page of a GMP model; nothing can be added, changed, deleted or done in bulk.

    A subclass names `permission`, `list_display` and the `fields` to show.
    """

    permission: ClassVar[str] = READ
    actions = None
    list_display_links: Any = None
    change_form_template = "admin/record.html"
    show_full_result_count = False
    list_per_page = 50

    def has_add_permission(self, _request: HttpRequest) -> bool:
        """Never: records begin by acts."""
        return False

    def has_change_permission(self, _request: HttpRequest, _obj: Any = None) -> bool:
        """Never: records change by acts (WF-05)."""
        return False

    def has_delete_permission(self, _request: HttpRequest, _obj: Any = None) -> bool:
        """Never (WF-11)."""
        return False

    def has_view_permission(self, request: HttpRequest, _obj: Any = None) -> bool:
        """Whoever holds this list's permission."""
        return bool(request.user.has_perm(self.permission))

    def has_module_permission(self, request: HttpRequest) -> bool:
        """As for the list."""
        return self.has_view_permission(request)

    def get_list_display_links(self, request: HttpRequest, list_display: Any) -> Any:
        """The first column opens the record."""
        del request
        return list(list_display)[:1]

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> Any:
        """The list. A POST would be an action or an edit in the list: there is none (WF-03)."""
        if request.method == "POST":
            raise PermissionDenied("Nothing is done from a list.")
        return super().changelist_view(request, extra_context)

    def change_view(self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None) -> Any:
        """The record, with the way to its trail and to what may be decided."""
        row = self.get_object(request, unquote(object_id))
        more = {"trail_url": _trail_url(row), "moves": self.moves_of(row)} if row is not None else {}
        return super().change_view(request, object_id, form_url, {**(extra_context or {}), **more})

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> Any:
        """The trail of the record is its history."""
        del extra_context
        row = self.get_object(request, unquote(object_id))
        url = _trail_url(row)
        if not url:
            raise Http404
        return HttpResponseRedirect(url)

    def moves_of(self, row: Any) -> tuple[Link, ...]:
        """Links to decisions; none here."""
        del row
        return ()


def _trail_url(row: Any) -> str:
    label = row._meta.label_lower if row is not None else ""
    return reverse("compliance:audit-trail", args=(label, row.uuid)) if trail_of(label) else ""


class TransitionAdmin(ReadOnlyRecordAdmin):
    """Adds `<pk>/transition/<name>/`: what stops the move, what it is about, the form that signs it.

    A subclass names its `table` of transitions and does the act in `perform`; it may say more about a move by
    `question`, `holds`, `about`, `sheet`, `fields_of`.
    """

    table: ClassVar[tuple[Transition, ...]] = ()

    def perform(self, a: Act, token: UUID | None, obj: Any, name: str, form: Mapping[str, str]) -> None:
        """Calls the domain function that moves and signs. `token` is None where the move asks for no signature."""
        raise NotImplementedError(f"{type(self).__name__} does nothing for {name}.")

    def home(self, obj: Any) -> Record | AppendOnly | str:
        """The aggregate on whose chain the act runs."""
        return obj  # type: ignore[no-any-return]

    def question(self, obj: Any, move: Transition) -> str:
        """What is decided."""
        return f"May {obj} be {move.event.rpartition('.')[2].replace('_', ' ')}?"

    def holds(self, obj: Any, move: Transition) -> tuple[Check, ...]:
        """What is fulfilled already."""
        del obj, move
        return ()

    def about(self, obj: Any, move: Transition) -> tuple[Fact, ...]:
        """What would be signed."""
        del obj, move
        return ()

    def sheet(self, obj: Any, move: Transition) -> Table | None:
        """What would be signed, as a table."""
        del obj, move
        return None

    def fields_of(self, obj: Any, move: Transition) -> tuple[FormField, ...]:
        """What the person fills in beside the password."""
        del obj
        return (FormField("reason", "Reason", "area"),) if move.reason else ()

    def moves_of(self, row: Any) -> tuple[Link, ...]:
        """Every move that starts from the record's state."""
        open_moves = [t for t in self.table if row.state in t.source]
        return tuple(Link(_words(t), self._url("transition", row.pk, t.name)) for t in open_moves)

    def get_urls(self) -> list[URLPattern]:
        """The transition page before the stock ones."""
        view = self.admin_site.admin_view(self.transition_view)
        name = f"{self.opts.app_label}_{self.opts.model_name}_transition"
        return [path("<path:object_id>/transition/<slug:name>/", view, name=name), *super().get_urls()]

    def transition_view(self, request: HttpRequest, object_id: str, name: str) -> HttpResponse:
        """Shows the decision; by POST takes it, or says why not with everything kept."""
        row = self.get_object(request, unquote(object_id))
        move = next((t for t in self.table if t.name == name), None)
        if row is None or move is None:
            raise Http404
        actors.of_request(request).need(self.permission)
        if request.method != "POST":
            return self._shown(request, row, move)
        try:
            self._take(request, row, move)
        except Refusal as refusal:
            if not request.user.is_authenticated:  # the account was locked, the session is over
                raise
            return self._shown(request, row, move, refusal)
        messages.success(request, f"{_words(move)}: {row} is recorded.")
        return HttpResponseRedirect(self._url("change", row.pk))

    def _take(self, request: HttpRequest, row: Any, move: Transition) -> None:
        read_version(request)  # a subclass may rely on form["version"]
        home, form = self.home(row), request.POST.dict()
        if move.meaning is None:
            with once(), plain_act(request, move.event, home) as a:
                self.perform(a, None, row, move.name, form)
            return
        with once(), signed_act(request, move.event, home, row, move.meaning) as (a, token):
            self.perform(a, token, row, move.name, form)

    def _shown(self, request: HttpRequest, row: Any, move: Transition, refusal: Refusal | None = None) -> HttpResponse:
        page = self._page(request, row, move, refusal)
        context = {**self.admin_site.each_context(request), "opts": self.opts, "page": page, "title": page.title}
        return render(request, "admin/transition.html", context, status=refusal.status if refusal else 200)

    def _page(self, request: HttpRequest, row: Any, move: Transition, refusal: Refusal | None) -> TransitionPage:
        actor = actors.of_request(request)
        found = [Check("open", b.text, b.clears, b.link) for b in blockers(actor, row, move, clock.now())]
        if not actor.may(move.permission):
            allowed = ", ".join(sorted(role.label for role in roles_for(move.permission)))
            found.insert(0, Check("open", "You may not decide this.", f"It is for: {allowed}."))
        form = self._form(request, row, move, blocked=bool(found))
        return TransitionPage(
            title=f"{_words(move)}: {row}",
            question=self.question(row, move),
            answer=f"No, {len(found)} open" if found else "Yes, nothing stands open",
            may=not found,
            open=tuple(found),
            holds_title="What holds",
            holds=self.holds(row, move),
            about_title="What would be signed" if move.meaning else "What it is about",
            about=self.about(row, move),
            table=self.sheet(row, move),
            form=kept(form, request.POST, refusal) if refusal else form,
            close_url=self._url("change", row.pk),
        )

    def _form(self, request: HttpRequest, row: Any, move: Transition, *, blocked: bool) -> ActForm:
        user: Any = request.user
        pen = Signing(str(move.meaning), user.printed_name, user.username, covers=str(row)) if move.meaning else None
        return ActForm(
            name=move.name,
            title="Decision",
            action_url=request.path,
            token=new_token(request),
            version=row.version,
            submit=_words(move),
            fields=self.fields_of(row, move),
            signing=pen,
            blocked=blocked,
        )

    def _url(self, what: str, *args: Any) -> str:
        return reverse(f"{self.admin_site.name}:{self.opts.app_label}_{self.opts.model_name}_{what}", args=args)


def _words(move: Transition) -> str:
    return move.title or move.name.replace("_", " ").capitalize()


class UserAdmin(ReadOnlyRecordAdmin):
    """People."""

    list_display = ("username", "printed_name", "is_active")
    list_filter = ("is_active",)
    search_fields = ("username", "printed_name")
    fields = ("username", "printed_name", "is_active", "version")


class RoleGrantAdmin(ReadOnlyRecordAdmin):
    """Who holds and held which role."""

    list_display = ("id", "user", "role", "state")
    list_filter = ("role", "state")
    list_select_related = ("user",)
    fields = ("user", "role", "state", "version")


class SignatureAdmin(ReadOnlyRecordAdmin):
    """Every signature."""

    list_display = ("signed_at", "printed_name", "role", "meaning", "title")
    list_filter = ("meaning",)
    search_fields = ("username", "title")
    fields = ("printed_name", "username", "role", "meaning", "title", "signed_at", "station", "digest", "uuid")


class LedgerEntryAdmin(ReadOnlyRecordAdmin):
    """Every act."""

    list_display = ("id", "recorded_at", "actor_name", "event", "home")
    list_filter = ("event",)
    search_fields = ("actor_name", "home")
    fields = ("recorded_at", "true_at", "actor_name", "event", "home", "payload", "digest", "act_id")


site.register(User, UserAdmin)
site.register(RoleGrant, RoleGrantAdmin)
site.register(Signature, SignatureAdmin)
site.register(LedgerEntry, LedgerEntryAdmin)
