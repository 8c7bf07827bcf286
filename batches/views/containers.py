"""The containers of a batch: how many there are of each fate, and moving them to theirs (R314)."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from batches.domain.containers import move_containers
from batches.forms.containers import indexes_of, words_for
from batches.forms.words import clean_text
from batches.models import Batch, Container
from batches.states import CONTAINER_TRANSITIONS, ContainerState
from batches.views import places, steps
from compliance.page_forms import ActForm, FormField, RecordPage, Section
from compliance.page_frame import Head, Link
from compliance.pages import Cell, Column, Fact, Option, Row, Table
from compliance.refusals import Invalid, Refusal
from compliance.views import acts

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

MOVES = tuple(t for t in CONTAINER_TRANSITIONS if t.permission == steps.EXECUTE)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@acts.needs("batches.read")
def containers(request: HttpRequest, number: str) -> HttpResponse:
    """Every container by its fate; who executes moves them on, many in one act."""
    batch = places.batch_of(number)
    refused: Refusal | None = None
    if request.method == "POST":
        try:
            _move(request, batch)
            return acts.done(request, request.path, "The containers are moved.")
        except Refusal as refusal:
            refused = refusal
    groups = _by_state(batch)
    form = _form(request, batch) if groups and acts.of_request(request).may(steps.EXECUTE) else None
    if form is not None and refused is not None:
        form = acts.kept(form, request.POST, refused)
    if form is None and refused is not None:
        raise refused
    page = _page(batch, groups, form)
    return render(request, "components/record_page.html", {"page": page}, status=refused.status if refused else 200)


def _move(request: HttpRequest, batch: Batch) -> None:
    acts.of_request(request).need(steps.EXECUTE)
    posted = request.POST
    name = posted.get("move", "")
    if name not in {t.name for t in MOVES}:
        raise Invalid("Choose where they go.", "move", "move")
    indexes = indexes_of(posted.get("indexes", ""))
    if indexes is None:
        rest = Container.objects.filter(batch=batch, state=ContainerState.FILLED)
        indexes = list(rest.values_list("index", flat=True))
    defect, position = (clean_text(posted.get(key, ""), key).strip() for key in ("defect", "position"))
    for key, text in (("defect", defect), ("position", position)):
        if len(text) > 80:
            raise Invalid("Write it in at most 80 characters.", key, "long")
    with acts.once(), acts.plain_act(request, "batch.containers_moved", batch) as a:
        move_containers(a, batch, indexes, name, defect=defect, position=position)


def _by_state(batch: Batch) -> dict[str, list[Container]]:
    groups: dict[str, list[Container]] = defaultdict(list)
    for row in Container.objects.filter(batch=batch).order_by("index"):
        groups[row.state].append(row)
    return groups


def _page(batch: Batch, groups: dict[str, list[Container]], form: ActForm | None) -> RecordPage:
    labels = {str(s.value): str(s.label) for s in ContainerState}
    columns = (Column("Fate"), Column("How many", numeric=True), Column("Numbers"), Column("Where or why"))
    rows = tuple(
        Row(
            (
                Cell(labels[state].capitalize()),
                Cell(str(len(found))),
                Cell(words_for([c.index for c in found])),
                Cell("; ".join(dict.fromkeys(text for c in found for text in (c.position, c.defect) if text))),
            )
        )
        for state, found in groups.items()
    )
    table = Table("Containers by fate", columns, rows, empty="The end of the fill names the containers.")
    total = sum(len(found) for found in groups.values())
    return RecordPage(
        head=Head(
            title=f"Containers of {batch.number}",
            section="batches",
            place=batch.number,
            subject=str(batch.get_state_display()),
            crumbs=(
                Link("Board", places.board_url()),
                Link(batch.number, places.batch_url(batch.number)),
                Link("Containers"),
            ),
        ),
        title=f"Containers of {batch.number}",
        tally=(Fact("containers", str(total)),),
        sections=(Section(title="By fate", table=table),),
        forms=(form,) if form else (),
        links=(Link("Genealogy", reverse("batches:genealogy", args=(batch.number,))),),
    )


def _form(request: HttpRequest, batch: Batch) -> ActForm:
    options = tuple(Option(t.name, t.title, f"now {' or '.join(t.source)}") for t in MOVES)
    return ActForm(
        "containers",
        "Move containers",
        request.path,
        acts.new_token(request),
        batch.version,
        "Move them",
        (
            FormField("indexes", "Which", "code", help="Numbers like 1-4, 9, or rest for all without a fate."),
            FormField("move", "Where they go", "radio", options=options),
            FormField("defect", "Defect", required=False, help="Of rejected ones: what was seen."),
            FormField("position", "Position", required=False, help="Of stored ones: freezer, rack, box."),
        ),
    )
