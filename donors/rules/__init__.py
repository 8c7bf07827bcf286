"""Donor rules as data: which tests, within which days, for which source. A change is a new edition."""

from functools import cache
from hashlib import sha256
from pathlib import Path

from donors.rules.build import build_rules
from donors.rules.reading import RulesError
from donors.rules.schema import Demand, Edition, Marker, Repeat, RequiredField, Rules, SourceType, Window

__all__ = [
    "Demand",
    "Edition",
    "Marker",
    "Repeat",
    "RequiredField",
    "Rules",
    "RulesError",
    "SourceType",
    "Window",
    "load_rules",
    "rules",
]

FOLDER = Path(__file__).parent
SCHEME_FILES = ("eu.yaml", "us.yaml")


def load_rules(folder: Path = FOLDER) -> Rules:
    """Read the donor rules of a folder and check them against each other.

    Refuses what is unknown, missing, doubled or contradictory, naming file and place (R411).
    """
    names = ("markers.yaml", "source_types.yaml", *SCHEME_FILES)
    try:
        sources = {name: (folder / name).read_text(encoding="utf-8") for name in names}
    except (OSError, UnicodeDecodeError) as error:
        raise RulesError(str(error)) from error
    whole = "".join(f"{name}\n{len(sources[name])}\n{sources[name]}" for name in sorted(sources))
    return build_rules(sources, SCHEME_FILES, sha256(whole.encode()).hexdigest())


@cache
def rules() -> Rules:
    """The rules of this installation, read once; a new file is read at the next start."""
    return load_rules()
