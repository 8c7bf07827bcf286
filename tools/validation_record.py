"""The validation record (R201): intended use, risk, tests, outcome and conclusion of each requirement.

`--check` judges the register alone: no empty field, and each requirement has a test or says `open`, not built yet.
With the JUnit files of a run it writes the record of that run, and exits 1 when a test of a requirement failed or
none of its tests passed.
"""

import argparse
import csv
import subprocess
import sys
import xml.etree.ElementTree as ET
from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
from trace_matrix import ROOT, collect

REGISTER = ROOT / "docs" / "validation" / "requirements.csv"
FIELDS = ("requirement", "intended use", "what fails", "process risk", "method")
Outcomes = dict[str, dict[str, str]]


def register() -> list[dict[str, str]]:
    """The rows of the register of requirements."""
    with REGISTER.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def faults(rows: list[dict[str, str]], tests: dict[str, set[str]]) -> Iterator[str]:
    """What is missing in the register: a field, a row of a tested requirement, or a test."""
    for number, row in enumerate(rows, 2):
        for field in FIELDS:
            if not (row.get(field) or "").strip():
                yield f"{REGISTER.name}, line {number}: {field} is empty."
        if row["process risk"] not in {"high", "other"}:
            yield f"{REGISTER.name}, line {number}: the risk is high or other, not {row['process risk']!r}."
        if row["method"] == "open" and tests.get(row["requirement"]):
            yield f"{row['requirement']} says it is open and has a test."
        if row["method"] != "open" and not tests.get(row["requirement"]):
            yield f"{row['requirement']}: no test is marked with it."
    known = {row["requirement"] for row in rows}
    for missing in sorted({r for r in tests if r < "R300"} - known):
        yield f"{missing} has a test and no row in {REGISTER.name}."


def outcomes(files: list[Path]) -> Outcomes:
    """For each test (`tests/x/test_y.py::test_z`) its outcome by run; one bad parameter makes the test bad."""
    found: Outcomes = defaultdict(dict)
    for file in files:
        for case in ET.parse(file).getroot().iter("testcase"):  # noqa: S314 - written by our own run a moment ago
            name = f"{case.get('classname', '').replace('.', '/')}.py::{case.get('name', '').partition('[')[0]}"
            bad = case.find("failure") is not None or case.find("error") is not None
            here = "failed" if bad else "skipped" if case.find("skipped") is not None else "passed"
            worst = {found[name].get(file.stem, "passed"), here}
            found[name][file.stem] = next(o for o in ("failed", "skipped", "passed") if o in worst)
    return found


def conclusion(tests: set[str], ran: Outcomes) -> tuple[str, list[str]]:
    """Whether a requirement holds by its tests of this run, and what failed or did not run.

    A test that did not run is named; it decides only where none of the others passed.
    """
    bad = [f"{t} failed on {run}" for t in sorted(tests) for run, o in ran.get(t, {}).items() if o == "failed"]
    silent = [f"{t} did not run" for t in sorted(tests) if "passed" not in ran.get(t, {}).values()]
    return ("not met" if bad or len(silent) == len(tests) else "met"), bad + [
        s for s in silent if s.split()[0] not in " ".join(bad)
    ]


def written(rows: list[dict[str, str]], tests: dict[str, set[str]], ran: Outcomes) -> tuple[str, bool]:
    """The record as Markdown, and whether every requirement is met."""
    git = subprocess.run(
        ["git", "-C", str(ROOT), "rev-parse", "--short", "HEAD"],
        capture_output=True,
        text=True,
        check=False,
    )
    commit = git.stdout.strip() or "no repository"
    lines = [
        "# Validation record",
        "",
        f"Tester: the automated suite of version {commit}. Date: {datetime.now(UTC):%Y-%m-%d %H:%M} UTC.",
        "Approver: the site's system owner, who signs this record on its approval.",
        "",
        "| requirement | intended use | what fails | risk | method | tests | failures | conclusion |",
        f"|{'---|' * 8}",
    ]
    every = True
    for row in rows:
        mine = tests.get(row["requirement"], set())
        verdict, against = ("open", ["not built yet"]) if row["method"] == "open" else conclusion(mine, ran)
        every = every and verdict != "not met"
        cells = [*(row[f] for f in FIELDS), str(len(mine)), "; ".join(against) or "none", verdict]
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n", every


def main() -> int:
    """Checks the register, or writes the record of a run."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="judge the register alone")
    parser.add_argument("--out", type=Path, default=ROOT / "build" / "validation_record.md")
    parser.add_argument("junit", nargs="*", type=Path)
    asked = parser.parse_args()
    rows, tests = register(), collect(ROOT / "tests")["req"]
    found = list(faults(rows, tests))
    if found or asked.check:
        print("\n".join(found), file=sys.stderr, end="\n" if found else "")
        return 1 if found else 0
    text, met = written(rows, tests, outcomes(asked.junit))
    asked.out.parent.mkdir(parents=True, exist_ok=True)
    asked.out.write_text(text, encoding="utf-8")
    print(f"{asked.out}: {'every requirement is met or said open' if met else 'NOT every requirement is met'}.")
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main())
