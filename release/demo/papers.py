"""The papers of the demonstration: documents made at once instead of by the worker, the bundle, the summary."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path

from django.conf import settings

from batches.models import Batch
from compliance.domain import outbox, store
from compliance.models import ChainHead, OutboxJob, Signature
from compliance.states import JobState
from release.domain.export import export_batch, newest
from release.jobs import MAKE_DOCUMENT
from release.management.commands.export_batch import write_parts
from release.models import IssuedDocument
from release.states import DocumentKind
from release.tasks import run_document_job

MASTER = "UMSC-MC-TFF"


@dataclass(frozen=True, slots=True)
class Summary:
    """What the command prints last."""

    batch: str
    pdf: str
    bundle: str
    entries: int
    signatures: int
    ledger_head: str

    def as_dict(self) -> dict[str, str | int]:
        """For JSON."""
        return asdict(self)


def make_documents(batch: Batch) -> list[str]:
    """Makes the documents of a batch that wait, those of others are left to the worker; answers what went wrong."""
    wanted = {str(document.uuid) for document in IssuedDocument.objects.filter(batch=batch)}
    waiting = OutboxJob.objects.filter(name=MAKE_DOCUMENT, state=JobState.QUEUED).order_by("pk")
    jobs = [job.uuid for job in waiting if outbox.arguments(job)["document"] in wanted]
    for job in jobs:
        run_document_job(job)
    return list(OutboxJob.objects.filter(uuid__in=jobs).exclude(error="").values_list("error", flat=True))


def released_batch() -> Batch | None:
    """The released product of the demonstration, once it is there."""
    rows = Batch.objects.filter(master_version__master__code=MASTER, state="released")
    return rows.select_related("product_version").order_by("id").first()


def summary(batch: Batch) -> Summary:
    """The batch with its sealed record and its bundle, both under `var/demo`; what lies there already is not redone."""
    folder = Path(settings.VAR) / "demo"
    folder.mkdir(exist_ok=True)
    record = newest(batch, DocumentKind.EBR)
    bundle = folder / f"{batch.number}.evb.zip"
    if record is not None and not bundle.exists():
        export_batch(batch, folder, write_parts)
    return Summary(
        batch=batch.number,
        pdf=str(_copy(folder, record)) if record is not None else "",
        bundle=str(bundle) if record is not None else "",
        entries=batch.entries.count(),
        signatures=Signature.objects.filter(act__links__chain=batch.chain).count(),
        ledger_head=ChainHead.objects.get(chain=batch.chain).digest,
    )


def _copy(folder: Path, record: IssuedDocument) -> Path:
    target = folder / f"{record.number}.pdf"
    if not target.exists():
        target.write_bytes(store.read(record.sha256))
    return target
