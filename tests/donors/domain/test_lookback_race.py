"""A release and a reactive result at the same moment never end in released tissue of an unfit donor."""

from __future__ import annotations

import threading

import pytest
from django.db import connection

from compliance.domain.act import act
from donors.domain import tissue
from donors.models import TissueLot
from tests.donors import steps

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.pg]

WAIT_SECONDS = 0.5


@pytest.mark.req("R410", "R414")
def test_result_during_a_release_waits_and_then_holds_the_lot() -> None:
    lot = steps.received(steps.eligible_donor())
    donation = lot.donation
    signer, token = steps.challenged(steps.quality(), lot, "released")

    def record() -> None:
        try:
            steps.result_of(donation, "hcv_nat", "reactive")
        finally:
            connection.close()

    other = threading.Thread(target=record)
    with act(signer, "tissue.released", lot) as a:
        tissue.release_tissue(a, token, lot)
        other.start()
        other.join(WAIT_SECONDS)
        assert other.is_alive()
    other.join()
    assert TissueLot.objects.get(pk=lot.pk).state == "on_hold"
