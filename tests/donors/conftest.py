"""Each donor test has a key folder of its own."""

from pathlib import Path
from typing import Any

import pytest


@pytest.fixture(autouse=True)
def keys(settings: Any, tmp_path: Path) -> Path:
    """Where the site's keys lie."""
    settings.KEYS = tmp_path / "keys"
    settings.KEYS.mkdir()
    return Path(settings.KEYS)
