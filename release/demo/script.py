"""The script of the demonstration: every step of every batch in the order of time, then the fresh tissue."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from batches.domain import containers, deviation, issuing
from batches.models import Batch, Container, PhaseRecord
from batches.states import ContainerState
from compliance.domain import clock
from donors.models import TissueLot
from release.demo import book, donor, house, laboratory, masters, people, quality
from release.demo.desk import Desk
from release.demo.floor import Crew, Floor

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

BOOKS = ("bank.yaml", "product.yaml", "short.yaml", "third.yaml")
SHARED = ("phase", "receive", "results", "clean", "issue")  # what a batch takes over from the script of another
FURNISHED = timedelta(days=118)  # before the last day


@dataclass(slots=True)
class Role:
    """One batch of the script: its values, and what was made of it so far."""

    plan: dict[str, Any]
    day_0: datetime
    floor: Floor | None = None
    tissue: TissueLot | None = None

    @property
    def name(self) -> str:
        """How the script calls the batch."""
        return str(self.plan["name"])

    @property
    def batch(self) -> Batch:
        """The batch as it stands now."""
        if self.floor is None:
            raise LookupError(f"{self.name} is not issued yet.")
        return Batch.objects.select_related("product_version", "master_version", "bank", "tissue").get(
            pk=self.floor.batch.pk
        )


@dataclass(slots=True)
class Stage:
    """The whole demonstration while it runs."""

    desk: Desk
    last_day: datetime
    roles: dict[str, Role] = field(default_factory=dict)

    def play(self) -> None:
        """Every step of every batch, in the order of time; the clock ends before now."""
        for name in BOOKS:
            plan = book.read(name)
            role = Role(plan, self.last_day - timedelta(days=int(plan["starts"])))
            self.roles[role.name] = role
        steps = [
            (book.moment(step["at"], role.day_0), role, step) for role in self.roles.values() for step in _steps(role)
        ]
        for at, role, step in sorted(steps, key=lambda one: one[0]):
            self.desk.wait_until(at)
            _take(self, role, step)


def run() -> Stage:
    """People, house, masters, then the script of every batch up to an hour before now. Refuses in production."""
    now = clock.true_now()
    stage = _furnished(now)
    stage.play()
    _fresh_tissue(stage.desk, now)
    clock.set_scripted(None)
    return stage


def prepare() -> Stage:
    """People, house and masters, one fresh cord and one whose donor is not determined yet; no batch (some seconds)."""
    now = clock.true_now()
    stage = _furnished(now)
    stage.desk.wait_until(now - timedelta(hours=7))
    donor.waiting_cord(stage.desk, _cord_of_today(4, "Balduin Kranichfeder", "Rosalind Kranichfeder", now))
    _fresh_tissue(stage.desk, now)
    clock.set_scripted(None)
    return stage


def _furnished(now: datetime) -> Stage:
    last_day = datetime.combine(now.date(), time(), UTC)
    zero = last_day - FURNISHED
    clock.set_scripted(zero)
    stage = Stage(Desk(people.make_people(), zero), last_day)
    house.furnish(stage.desk)
    masters.approve_all(stage.desk)
    return stage


def _steps(role: Role) -> Iterator[dict[str, Any]]:
    """The steps of a batch; one that is like another takes over that script, with its own values."""
    yield from role.plan.get("steps", [])
    if "like" not in role.plan:
        return
    end = book.moment(role.plan["until"], role.day_0)
    for step in book.read(role.plan["like"])["steps"]:
        if book.moment(step["at"], role.day_0) < end and set(step) & set(SHARED):
            yield _changed(step, role.plan.get("values", {}))


def _changed(step: dict[str, Any], values: dict[str, Any]) -> dict[str, Any]:
    own = values.get(step.get("phase", ""), {})
    merged = {name: own.get(name, value) for name, value in step.get("values", {}).items() if own.get(name) != "none"}
    return {**step, "values": merged} if "values" in step else step


def _take(stage: Stage, role: Role, step: dict[str, Any]) -> None:
    for name, move in _MOVES.items():
        if name in step:
            move(stage, role, step)
            return
    raise LookupError(f"Nobody knows how to take the step {', '.join(step)}.")


def _cord(stage: Stage, role: Role, step: dict[str, Any]) -> None:
    given = step["cord"]
    cord = donor.Cord(
        serial=int(given["serial"]),
        child=given["child"],
        mother=given["mother"],
        length_cm=given["length"],
        collected_at=book.moment(given["collected"], role.day_0),
        received_at=book.moment(given["received"], role.day_0),
    )
    role.tissue = donor.released_cord(stage.desk, cord, to=given.get("to", ""))


def _issue(stage: Stage, role: Role, step: dict[str, Any]) -> None:
    version = masters.effective(role.plan["master"])
    bank = stage.roles[role.plan["bank"]].batch if "bank" in role.plan else None
    with stage.desk.signed(step["issue"], "batch.issued", version, "issued") as (a, token):
        batch = issuing.issue_batch(a, token, version, bank, role.tissue)
    crew = Crew(operator=role.plan["operator"])
    unchecked = tuple(role.plan.get("unchecked", ()))
    role.floor = Floor(stage.desk, batch, role.day_0, crew, dict(role.plan.get("units", {})), unchecked)


def _phase(stage: Stage, role: Role, step: dict[str, Any]) -> None:
    del stage
    if role.floor is None:
        raise LookupError(f"{role.name} is not issued yet.")
    role.floor.run(step)


def _receive(stage: Stage, role: Role, _step: dict[str, Any]) -> None:
    laboratory.receive(stage.desk, role.batch)


def _results(stage: Stage, role: Role, step: dict[str, Any]) -> None:
    laboratory.test(stage.desk, role.batch, step["results"])


def _entered(stage: Stage, role: Role, step: dict[str, Any]) -> None:
    laboratory.enter(stage.desk, role.batch, step["entered"])


def _clean(stage: Stage, _role: Role, step: dict[str, Any]) -> None:
    house.clean(stage.desk, [code.strip() for code in step["clean"].split(",")])


def _deviation(stage: Stage, role: Role, step: dict[str, Any]) -> None:
    quality.close_deviation(stage.desk, role.batch, step["deviation"], step)


def _report(stage: Stage, role: Role, step: dict[str, Any]) -> None:
    """The verifier reports what no limit saw; QA classifies it."""
    phase = PhaseRecord.objects.get(batch=role.batch, path=step["report"])
    with stage.desk.act("mei", "deviation.opened", role.batch) as a:
        row = deviation.report(a, role.batch, step["title"], step["description"], phase)
    quality.assess(stage.desk, row, step["assess"])


def _containers(stage: Stage, role: Role, step: dict[str, Any]) -> None:
    batch, operator = role.batch, role.plan["operator"]
    with stage.desk.act(operator, "batch.containers_moved", batch) as a:
        for one in step["containers"]:
            beside = {name: one[name] for name in ("defect", "position") if name in one}
            containers.move_containers(a, batch, _indexes(batch, one["indexes"]), one["move"], **beside)


def _indexes(batch: Batch, text: str) -> list[int]:
    """`1-4, 9` is five numbers; `rest` is every container that has no fate yet."""
    if text == "rest":
        left = Container.objects.filter(batch=batch, state=ContainerState.FILLED)
        return list(left.values_list("index", flat=True))
    found: list[int] = []
    for part in text.split(","):
        first, _, last = part.strip().partition("-")
        found += range(int(first), int(last or first) + 1)
    return found


def _answer(stage: Stage, role: Role, step: dict[str, Any]) -> None:
    quality.answer_exceptions(stage.desk, role.batch, step["answer"])


def _review(stage: Stage, role: Role, step: dict[str, Any]) -> None:
    quality.sign_review(stage.desk, role.batch, step["review"])


def _certify(stage: Stage, role: Role, step: dict[str, Any]) -> None:
    quality.certify(stage.desk, role.batch, step["certify"])


def _release(stage: Stage, role: Role, step: dict[str, Any]) -> None:
    quality.release(stage.desk, role.batch, step["release"]["by"], step["release"]["statement"])


_MOVES: dict[str, Callable[[Stage, Role, dict[str, Any]], None]] = {
    "cord": _cord,
    "issue": _issue,
    "phase": _phase,
    "receive": _receive,
    "results": _results,
    "entered": _entered,
    "clean": _clean,
    "deviation": _deviation,
    "report": _report,
    "containers": _containers,
    "answer": _answer,
    "review": _review,
    "certify": _certify,
    "release": _release,
}


def _fresh_tissue(desk: Desk, now: datetime) -> None:
    """A cord of today, released and not used, for whoever issues a short batch from the browser."""
    desk.wait_until(now - timedelta(hours=6))
    donor.released_cord(desk, _cord_of_today(3, "Wendelin Quastenflosser", "Ottilie Quastenflosser", now))


def _cord_of_today(serial: int, child: str, mother: str, now: datetime) -> donor.Cord:
    collected = now.replace(minute=0, second=0, microsecond=0) - timedelta(hours=9)
    return donor.Cord(serial, child, mother, "20", collected, now - timedelta(hours=5))
