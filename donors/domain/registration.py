"""Registers coded donors, their sealed identity, their consents and their donations."""

from __future__ import annotations

from typing import TYPE_CHECKING

from compliance.domain import clock
from compliance.domain.numbering import next_number
from compliance.domain.records import save_record
from compliance.domain.transitions import apply_transition, find, locked
from compliance.refusals import Invalid
from compliance.validators import clean_reason
from donors.domain import lookback, vault
from donors.domain.entry import clean_instant, clean_text, known_source, source_of
from donors.domain.numbers_on_label import read_codes, read_din
from donors.domain.procurement import clean_facts
from donors.models import Consent, Donation, Donor, DonorIdentity
from donors.states import CONSENT_TRANSITIONS, ConsentScope, ConsentState, Scheme, Subject

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, datetime

    from compliance.domain.act import Act
    from donors.domain.vault import Identity

PREFIX = "DON"


def register_donor(a: Act, source_type: str, scheme: str = "", *, infant: bool = False) -> Donor:
    """Registers a donor by code alone, as DON-26-0001 (R417).

    `scheme` is what the source type is usually meant for when not given. A donor of at most a month has the
    birth mother tested (`infant`, R412). Refuses a source type that no rule knows.
    """
    a.actor.need("donors.register")
    source = known_source(source_type)
    donor = Donor(
        source_type=source.code,
        scheme=Scheme(scheme or source.default_use),
        subject=Subject.BIRTH_MOTHER if infant else Subject(source.subject),
        number=next_number(a, PREFIX),
    )
    a.touch(donor)
    return save_record(a, donor)


def record_identity(a: Act, donor: Donor, identity: Identity, reason: str | None = None) -> DonorIdentity:
    """Seals who the donor is into the table of its own (R417).

    A change of what is there asks for a reason. Refuses a person without the permission, a blank name, a
    reason that names the donor, and a site whose key is missing.
    """
    a.actor.need("donors.read_identity")
    clean_text(identity.full_name, "full_name", "The donor's name")
    a.touch(donor)
    row = DonorIdentity.objects.select_for_update().filter(donor=donor).first()
    sealed, mark = vault.seal(donor, identity)
    if row is None:
        return save_record(a, DonorIdentity(donor=donor, sealed=sealed, key_mark=mark), reason)
    why = clean_reason(reason)
    vault.need_coded(donor, why)
    row.sealed, row.key_mark = sealed, mark
    return save_record(a, row, why)


def read_identity(a: Act, donor: Donor, reason: str) -> Identity:
    """Opens a donor's identity, on record with who and why, never with what (R417).

    Refuses a person without the permission, a missing reason, and a donor whose identity is not recorded.
    """
    a.actor.need("donors.read_identity")
    row = DonorIdentity.objects.filter(donor=donor).select_related("donor").first()
    if row is None:
        raise Invalid(f"No identity is recorded for {donor.number}.", "donor", "no_identity")
    why = clean_reason(reason)
    vault.need_coded(donor, why)
    a.touch(donor)
    a.fact(donor=donor.number, reason=why)
    return vault.unseal(row)


def record_consent(a: Act, donor: Donor, *, scope: str, form: str, form_version: str, given_at: datetime) -> Consent:
    """Records a consent: its scope, the form with its issue, and when it was given.

    Refuses a time to come, a blank form, and a second consent of one scope while the first stands.
    """
    a.actor.need("donors.register")
    a.touch(donor)
    locked(donor)
    vault.need_coded(donor, form, form_version)
    wanted = ConsentScope(scope)
    if donor.consents.filter(scope=wanted, state=ConsentState.GIVEN).exists():
        text = f"{donor.number} has a standing consent for {wanted.label}. Withdraw it before a new one."
        raise Invalid(text, "scope", "consent_stands")
    consent = Consent(
        donor=donor,
        scope=wanted,
        form=clean_text(form, "form", "The consent form"),
        form_version=clean_text(form_version, "form_version", "The form's issue"),
        given_at=clean_instant(given_at, a.at, "given_at", "The consent"),
    )
    return save_record(a, consent)


def withdraw_consent(a: Act, consent: Consent, reason: str, version: int | None = None) -> Consent:
    """Withdraws a consent: from now on the tissue may not be used; what was made stays on record.

    Refuses a missing reason and one that names the donor.
    """
    vault.need_coded(consent.donor, reason)
    a.touch(locked(consent.donor))
    move = find(CONSENT_TRANSITIONS, "withdraw")
    why = clean_reason(reason)
    return apply_transition(a, consent, move, version=version, reason=why, withdrawn_at=a.at, withdrawal_reason=why)


def record_donation(
    a: Act,
    donor: Donor,
    *,
    din: str,
    check: str = "",
    collected_at: datetime,
    site: str,
    facts: Mapping[str, str],
    donated_on: date | None = None,
    dis: str = "",
    sec: str = "",
    sec_again: str = "",
    sec_scanned: bool = False,
) -> Donation:
    """Records a donation under its number, scanned or typed with the check character beside it (R407-R409).

    `donated_on` is the day at the procurement site where that is in another zone. Refuses a wrong check
    character, a number that is known already, a European code typed once or naming another donation, a
    collection to come, and missing facts of the source type.
    """
    a.actor.need("donors.register")
    a.touch(donor)
    vault.need_coded(donor, site, *facts.values())
    number = read_din(din, check)
    kept_dis, kept_sec = read_codes(number, dis, sec, sec_again, sec_scanned=sec_scanned)
    collected = clean_instant(collected_at, a.at, "collected_at", "The collection")
    donation = Donation(
        donor=donor,
        din=number.number,
        dis=kept_dis,
        sec=kept_sec,
        collected_at=collected,
        donated_on=_donation_day(collected, donated_on),
        site=clean_text(site, "site", "The procurement site"),
        facts=clean_facts(source_of(donor), facts, collected),
    )
    a.touch(donation)
    return save_record(a, donation)


def correct_donation(
    a: Act,
    donation: Donation,
    reason: str,
    *,
    din: str,
    check: str = "",
    collected_at: datetime | None = None,
) -> Donation:
    """Corrects the number or the time of a donation after a misreading, with a reason (R407).

    The European code with the old number is taken out with it. Signatures on its tissue become void, released
    tissue goes on hold, and determinations that no longer hold are voided. Refuses what `record_donation`
    refuses, and a missing reason.
    """
    a.actor.need("donors.register")
    why = clean_reason(reason)
    vault.need_coded(donation.donor, why)
    a.touch(donation, locked(donation.donor))
    row = locked(donation)
    number = read_din(din, check, besides=row).number
    if number != row.din:
        row.din, row.dis, row.sec = number, "", ""
    if collected_at is not None:
        row.collected_at = clean_instant(collected_at, a.at, "collected_at", "The collection")
        row.donated_on = _donation_day(row.collected_at, None)
    row = save_record(a, row, why)
    lookback.hold_tissue_of(a, row, why)
    lookback.judge_again(a, row.donor, f"Donation corrected: {why}")
    return row


def decide_leukocyte_content(a: Act, donation: Donation, *, rich: bool, reason: str) -> Donation:
    """QA decides whether this tissue is rich in viable leukocytes, which asks for more tests (R411).

    Until then it is judged as if it were. Refuses anybody but QA, and a missing reason.
    """
    a.actor.need("donors.decide_cells")
    why = clean_reason(reason)
    vault.need_coded(donation.donor, why)
    a.touch(donation, locked(donation.donor))
    row = locked(donation)
    row.leukocyte_rich = rich
    row = save_record(a, row, why)
    lookback.judge_again(a, row.donor, f"Leukocyte content decided: {why}")
    return row


def _donation_day(collected_at: datetime, given: date | None) -> date:
    """The day at the procurement site; at most a day from the site's own, as zones of the earth differ."""
    own = collected_at.astimezone(clock.zone()).date()
    if given is None:
        return own
    if abs((given - own).days) > 1:
        raise Invalid("The day of the donation does not fit the time of collection.", "donated_on", "day")
    return given
