"""What the floor pages show: batch, phase, genealogy, deviation (board: page_board). Plain frozen values."""

from dataclasses import dataclass
from typing import Literal

from django.utils.safestring import SafeString

from compliance.page_forms import ActForm, CoSign, Impact, ListPage, RecordPage, Section, SignDialog
from compliance.page_frame import Head, Link, Notice
from compliance.pages import (
    Act,
    Blockers,
    Check,
    Correction,
    Fact,
    FileRef,
    HoldClock,
    Limit,
    Option,
    Plot,
    Quote,
    Scale,
    Signature,
    Table,
    Verdict,
)

FieldKind = Literal[
    "number",
    "choice",
    "text",
    "instant",
    "duration",
    "confirm",
    "material",
    "equipment",
    "sample",
    "attachment",
    "series",
    "calculation",
]


@dataclass(frozen=True, slots=True)
class PhaseLine:
    """One phase inside a unit procedure of the path."""

    label: str
    url: str
    state: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class PathStep:
    """One unit procedure on the path of the batch; `phases` fold out."""

    name: str
    url: str
    steps: str
    state: Literal["done", "except", "now", "ahead"]
    word: str
    count: str = ""
    when: str = ""
    note: str = ""
    phases: tuple[PhaseLine, ...] = ()

    @property
    def icon(self) -> str:
        """Name of the shape of this step."""
        return {"done": "done", "except": "donex", "now": "now", "ahead": "hollow"}[self.state]


@dataclass(frozen=True, slots=True, kw_only=True)
class NextStep:
    """What comes next in this batch, its button for who may press it, and what else waits or runs beside it."""

    title: str
    text: str = ""
    clock: HoldClock | None = None
    act: Act | None = None
    beside: tuple[Link, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchPage:
    """One batch: next step, what it needs, path of unit procedures."""

    head: Head
    title: str
    step: str
    digest: str = ""
    tally: tuple[Fact, ...] = ()
    notices: tuple[Notice, ...] = ()
    next: NextStep | None = None
    ready_title: str = ""
    ready_answer: str = ""
    ready: bool = False
    checks: tuple[Check, ...] = ()
    path: tuple[PathStep, ...] = ()
    path_aside: str = ""
    plots: tuple[Plot, ...] = ()
    links: tuple[Link, ...] = ()
    forms: tuple[ActForm, ...] = ()
    clocks: tuple[HoldClock, ...] = ()
    sections: tuple[Section, ...] = ()


@dataclass(frozen=True, slots=True)
class Todo:
    """One line of the instruction."""

    text: str
    state: Literal["", "done", "now"] = ""


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of a worked formula: plain, written by a hand, or the result. The pieces joined are the formula."""

    text: str
    kind: Literal["", "hand", "result"] = ""


@dataclass(frozen=True, slots=True)
class SecondPerson:
    """Verification of one entry (charge-in, blind count): done, or the way to the panel."""

    text: str
    done: bool = False
    url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One parameter of a phase (`_field.html`, `_verdict.html`, context name `field`).

    `code` is unique in the phase and names ids: letters, digits, hyphen. Recorded: `value` is shown
    as reported, with `correct_url` for a correction. Not recorded: `value` is the text kept after a
    refusal. The form posts `value` (file kinds: `file`), `quantity` for a material with
    `quantity_unit`, `token`, `version` to `record_url`; `check_url` gets the same and answers with
    the verdict alone, writing nothing. `sealed`: a first count whose digits are not in the page.
    `ask` adds one text input of that name after a refusal; `focus` puts the cursor here; `choices`
    are the lots a code could mean.
    """

    code: str
    label: str
    kind: FieldKind
    verdict: Verdict
    help: str = ""
    unit: str = ""
    tags: tuple[str, ...] = ()
    value: str = ""
    reads: str = ""
    recorded: bool = False
    editable: bool = True
    by: str = ""
    limits: tuple[Limit, ...] = ()
    scale: Scale | None = None
    options: tuple[Option, ...] = ()
    placeholder: str = ""
    quantity: str = ""
    quantity_unit: str = ""
    record_url: str = ""
    check_url: str = ""
    correct_url: str = ""
    trail_url: str = ""
    token: str = ""
    version: int = 0
    note: str = ""
    corrections: tuple[Correction, ...] = ()
    formula: tuple[Piece, ...] = ()
    files: tuple[FileRef, ...] = ()
    plot: Plot | None = None
    second: SecondPerson | None = None
    sealed: bool = False
    focus: bool = False
    ask: Literal["", "comment", "reason"] = ""
    ask_label: str = ""
    ask_value: str = ""
    choices: tuple[Link, ...] = ()

    @property
    def template(self) -> str:
        """The component that draws the box of this kind."""
        return f"components/field_{self.kind}.html"

    @property
    def id(self) -> str:
        """Id of the input; the row is `row-<code>`, the limit `lim-<code>`."""
        return f"f-{self.code}"

    @property
    def tone(self) -> str:
        """Class of the row: loudness follows need."""
        if self.corrections:
            return "field--corrected"
        return {"alert": "field--alert", "breach": "field--breach"}.get(self.verdict.kind, "")

    @property
    def open(self) -> bool:
        """Whether a person may still write here."""
        return self.editable and not self.recorded and self.kind != "calculation"

    @property
    def upload(self) -> bool:
        """Whether the form carries a file."""
        return self.kind in {"attachment", "series"}


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectForm:
    """Correction of one value (`_correct.html`, context name `correct`): reason asked, impact shown."""

    code: str
    label: str
    kind: FieldKind
    old: str
    unit: str
    action_url: str
    cancel_url: str
    token: str
    version: int
    value: str = ""
    reason: str = ""
    options: tuple[Option, ...] = ()
    error: str = ""
    reason_error: str = ""
    impact: Impact | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BlindInput:
    """One number the second person counts herself."""

    code: str
    label: str
    unit: str
    limit: str = ""
    value: str = ""
    error: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class BlindCount:
    """The second person's own count (`_blind_count.html`, context name `blind`).

    The first count is not in this value before hers is stored: `compare` is then set instead.
    Posts one `value-<code>` an input, and her signature.
    """

    title: str
    aside: str
    first_by: str
    form: ActForm
    inputs: tuple[BlindInput, ...] = ()
    compare: Table | None = None
    cancel_url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """A small form in place (`_ask.html`, context name `ask`): a comment, the reason of a reversal."""

    form: ActForm
    cancel_url: str
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PhasePage:
    """One phase: what to do at the left, the fields at the right, what blocks it on top.

    `_phase.html` is the part that htmx swaps (`#phase`); every write answers with it, 422 and 409
    included, with the typed text kept in the field. `start` stands in place of `complete` while the
    phase is pending. `open_code` names the field under which `correct`, `cosign` or `blind` opens;
    "" opens them under the signatures.
    """

    head: Head
    title: str
    step: str
    url: str
    clock: HoldClock | None = None
    notices: tuple[Notice, ...] = ()
    blockers: Blockers | None = None
    caution: str = ""
    todo: tuple[Todo, ...] = ()
    facts: tuple[Fact, ...] = ()
    record_title: str = "Record"
    record_aside: str = "blue: written by a person"
    fields: tuple[Field, ...] = ()
    computed: tuple[Field, ...] = ()
    computed_aside: str = "nobody types here"
    plots: tuple[Plot, ...] = ()
    signatures: tuple[Signature, ...] = ()
    foot: str = ""
    start: Act | None = None
    complete: Act | None = None
    acts: tuple[Act, ...] = ()
    open_code: str = ""
    correct: CorrectForm | None = None
    cosign: CoSign | None = None
    blind: BlindCount | None = None
    ask: Ask | None = None
    impact: Impact | None = None
    dialog: SignDialog | None = None
    comments: tuple[Quote, ...] = ()

    @property
    def now_todo(self) -> str:
        """The current line of the instruction, shown when the rest is folded."""
        return next((t.text for t in self.todo if t.state == "now"), self.todo[0].text if self.todo else "")

    @property
    def now_count(self) -> str:
        """Where that line stands ("4 of 5")."""
        at = next((i for i, t in enumerate(self.todo, 1) if t.state == "now"), 1)
        return f"{at} of {len(self.todo)}"


@dataclass(frozen=True, slots=True, kw_only=True)
class GenealogyPage:
    """From donation to vial: picture, and every edge with its quantity as a table."""

    head: Head
    title: str
    text: str
    picture: SafeString
    picture_aside: str
    edges: Table
    edges_aside: str
    links: tuple[Link, ...] = ()
    balance: Table | None = None
    notices: tuple[Notice, ...] = ()


class DeviationListPage(ListPage):
    """Deviations, open ones first."""


class DeviationPage(RecordPage):
    """One deviation: what happened, its assessment, its signatures."""
