"""Label texts follow from status by one decision table, never typed (R415)."""

from __future__ import annotations

import pytest

from donors.domain import labels
from donors.domain.labels import LabelCase, label_texts, labels_of
from tests.donors import steps

pytestmark = [pytest.mark.req("R415")]

Q, AUTO, NOT, RECIPIENT, PATIENT, BIO = (
    labels.QUARANTINE,
    labels.AUTOLOGOUS,
    labels.NOT_EVALUATED,
    labels.ADVISE_RECIPIENT,
    labels.ADVISE_PATIENT,
    labels.BIOHAZARD,
)
HIV = "WARNING: Reactive test results for HIV-1"
BOTH = "WARNING: Reactive test results for HIV-1, hepatitis B virus"


# quarantined, autologous, complete, not required, risk found, reactive
@pytest.mark.parametrize(
    ("case", "texts"),
    [
        ((False, False, True, False, False, ()), ()),
        ((True, False, True, False, False, ()), (Q,)),
        ((True, False, False, False, False, ()), (Q, NOT, PATIENT)),
        ((True, False, True, False, True, ()), (Q, PATIENT, BIO)),
        ((True, False, True, False, False, ("HIV-1",)), (Q, PATIENT, BIO, HIV)),
        ((True, False, False, False, True, ("HIV-1",)), (Q, NOT, PATIENT, BIO, HIV)),
        ((False, False, False, True, False, ()), (NOT, RECIPIENT)),
        ((False, False, True, True, True, ()), (RECIPIENT, BIO)),
        ((False, True, True, False, False, ()), (AUTO,)),
        ((False, True, False, True, False, ()), (AUTO, NOT)),
        ((False, True, True, True, True, ()), (AUTO, BIO)),
        ((False, True, True, True, False, ("HIV-1", "hepatitis B virus")), (AUTO, BIO, BOTH)),
        ((True, True, False, True, True, ("HIV-1",)), (Q, AUTO, NOT, BIO, HIV)),
    ],
)
def test_decision_table(case: tuple[bool, bool, bool, bool, bool, tuple[str, ...]], texts: tuple[str, ...]) -> None:
    assert label_texts(LabelCase(*case)) == texts


@pytest.mark.django_db
@pytest.mark.req("R414")
def test_lot_of_a_donor_not_determined_says_quarantine() -> None:
    lot = steps.received(steps.donated(steps.registered_donor()))
    assert labels_of(lot) == (Q, NOT, PATIENT)


@pytest.mark.django_db
def test_released_lot_of_an_eligible_donor_carries_no_warning() -> None:
    assert labels_of(steps.released_tissue()) == ()


@pytest.mark.django_db
def test_reactive_cmv_puts_no_warning() -> None:
    lot = steps.released_tissue()
    steps.result_of(lot.donation, "cmv_ab", "reactive")
    lot.refresh_from_db()
    assert labels_of(lot) == ()


@pytest.mark.django_db
def test_reactive_result_names_its_agent() -> None:
    lot = steps.released_tissue()
    steps.result_of(lot.donation, "hbsag", "reactive")
    lot.refresh_from_db()
    assert labels_of(lot) == (Q, PATIENT, BIO, "WARNING: Reactive test results for hepatitis B virus")


@pytest.mark.django_db
def test_untested_tissue_for_own_use_says_so_and_advises_nobody() -> None:
    donation = steps.donated(steps.registered_donor(scheme="autologous"))
    steps.consented(donation.donor)
    steps.determined(donation, "not_required", markets=("US",))
    lot = steps.released(steps.received(donation))
    assert labels_of(lot) == (AUTO, NOT)
    steps.screened(donation.donor, risk_found=True)
    assert labels_of(lot) == (AUTO, NOT, BIO)
