"""The dossier as data: canonical, lossless, and nothing that could not be read back."""

import json
from datetime import date, datetime
from decimal import Decimal

import pytest

from release.paper_json import canonical, dossier_digest, dossier_json, plain
from tests.release.pdf import sample


@pytest.mark.req("R102")
def test_dossier_json_is_canonical_and_lossless() -> None:
    data = dossier_json(sample.dossier())
    read = json.loads(data)
    assert canonical(read) == data
    assert read["batch_number"] == "EV-26-0014"
    entry = read["unit_procedures"][0]["phases"][0]["entries"][8]
    assert entry["raw"] == "2.724125"
    assert read["issue"]["issued_at"] == "2026-11-25T11:50:02+01:00"
    assert "µ".encode() not in data
    assert "²".encode() in data


def test_dossier_digest_changes_with_any_fact() -> None:
    assert dossier_digest(sample.dossier()) == dossier_digest(sample.dossier())
    assert dossier_digest(sample.dossier()) != dossier_digest(sample.dossier(coa_number="COA-26-0042"))


@pytest.mark.parametrize(
    ("value", "text"), [(Decimal("1E+7"), "10000000"), (Decimal("0.10"), "0.10"), (date(2026, 1, 2), "2026-01-02")]
)
def test_plain_keeps_every_digit(value: object, text: str) -> None:
    assert plain(value) == text


@pytest.mark.parametrize(
    ("value", "error"),
    [(1.5, TypeError), (datetime(2026, 1, 1), ValueError), (Decimal("NaN"), ValueError), ({1}, TypeError)],  # noqa: DTZ001
)
def test_plain_refuses_what_could_not_be_read_back(value: object, error: type[Exception]) -> None:
    with pytest.raises(error):
        plain(value)
