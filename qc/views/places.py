"""Where the pages of the laboratory stand, and the rows that a URL names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q
from django.http import Http404
from django.urls import reverse

from qc import queries

if TYPE_CHECKING:
    from uuid import UUID

    from compliance.domain.actor import Actor
    from qc.models import OosInvestigation, Result, Sample, SpecificationItem

MOST = 60


def sample_of(number: str) -> Sample:
    """The sample of a URL; 404 where there is none."""
    found = queries.sample_by_number(_clean(number))
    if found is None:
        raise Http404("There is no such sample.")
    return found


def result_of(uuid: UUID) -> Result:
    """The result of a URL; 404 where there is none."""
    found = queries.result_by_uuid(uuid)
    if found is None:
        raise Http404("There is no such result.")
    return found


def item_of(sample: Sample, uuid: UUID) -> SpecificationItem:
    """An item that is tested on this sample; 404 where it is not."""
    found = next((i for i in queries.items_for(sample) if i.uuid == uuid), None)
    if found is None:
        raise Http404("This is not tested on the sample.")
    return found


def oos_of(number: str) -> OosInvestigation:
    """The investigation of a URL; 404 where there is none."""
    found = queries.investigation_by_number(_clean(number))
    if found is None:
        raise Http404("There is no such investigation.")
    return found


def page_of_code(actor: Actor, code: str) -> str:
    """The page of the one sample of this number or container, else ""; on the floor the step that took it."""
    found = list(queries.samples().filter(Q(number__iexact=code) | Q(container__iexact=code))[:2])
    if len(found) != 1:
        return ""
    if actor.may("qc.read"):
        return sample_url(found[0])
    place = (found[0].batch.number, found[0].phase.seq)
    return reverse("batches:phase", args=place) if actor.may("batches.read") else ""


def _clean(text: str) -> str:
    if "\x00" in text or len(text) > MOST:
        raise Http404("There is no such record.")
    return text


def sample_url(sample: Sample, name: str = "sample", *more: object) -> str:
    """The page of a sample, or one of its acts."""
    return reverse(f"qc:{name}", args=(sample.number, *more))


def result_url(result: Result, name: str = "result") -> str:
    """The page of a result, or one of its acts."""
    return reverse(f"qc:{name}", args=(result.uuid,))


def oos_url(oos: OosInvestigation, name: str = "investigation") -> str:
    """The page of an investigation, or one of its acts."""
    return reverse(f"qc:{name}", args=(oos.number,))


def batch_url(actor: Actor, sample: Sample) -> str:
    """The page of the sample's batch, for those who may open it."""
    return reverse("batches:batch", args=(sample.batch.number,)) if actor.may("batches.read") else ""
