"""What batches must ask upward, as registries that the apps above fill at start (see docs/adr).

A gate answers whether a phase may start as far as samples and dispositions go; a listener hears of a sample
taken or a unit procedure closed, inside the same act. Batches imports neither qc nor release.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from batches.domain.masterfile.spec import Gate, SampleSpec
    from batches.models import Batch, Entry, PhaseRecord
    from compliance.domain.act import Act
    from compliance.domain.actor import Actor
    from compliance.refusals import Blocker

    GateAnswer = Callable[[Gate, Batch, PhaseRecord, datetime], list[Blocker]]
    SampleListener = Callable[[Act, Batch, PhaseRecord, SampleSpec, Entry], None]
    BatchListener = Callable[[Act, Batch], None]
    PageOfCode = Callable[[Actor, str], str]

_gates: dict[str, GateAnswer] = {}
_samples: list[SampleListener] = []
_executed: list[BatchListener] = []
_pages: list[PageOfCode] = []


def register_gate(kind: str, answer: GateAnswer) -> None:
    """Names who answers a kind of gate."""
    _gates[kind] = answer


def register_sample_listener(listener: SampleListener) -> None:
    """Names who keeps the samples that a phase takes."""
    _samples.append(listener)


def register_executed_listener(listener: BatchListener) -> None:
    """Names who hears that a batch's execution has ended."""
    _executed.append(listener)


def register_page_of_code(answer: PageOfCode) -> None:
    """Names who knows the page of a scanned code that batches does not know."""
    _pages.append(answer)


def page_of_code(actor: Actor, code: str) -> str:
    """The address of the page that a code opens for this person; "" where nobody above knows the code."""
    return next((url for answer in _pages if (url := answer(actor, code))), "")


def ask(gate: Gate, batch: Batch, phase: PhaseRecord, at: datetime) -> list[Blocker]:
    """The answer of whoever registered for the gate's kind. An unanswered kind is a programming error."""
    return _gates[gate.kind](gate, batch, phase, at)


def sample_taken(a: Act, batch: Batch, phase: PhaseRecord, spec: SampleSpec, entry: Entry) -> None:
    """Tells every listener."""
    for listener in _samples:
        listener(a, batch, phase, spec, entry)


def executed(a: Act, batch: Batch) -> None:
    """Tells every listener."""
    for listener in _executed:
        listener(a, batch)
