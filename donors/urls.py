"""Pages of donors."""

from django.urls import path

from donors.views import (
    determining,
    donor,
    donor_list,
    identity,
    lot,
    lot_acts,
    registering,
    screening,
    tissue_list,
)

app_name = "donors"
_DONOR = "<slug:number>/"
_DONATION = f"{_DONOR}donations/<slug:din>/"
_LOT = "tissue/<slug:number>/"
urlpatterns = [
    path("", donor_list.donors, name="list"),
    path("register/", donor_list.register, name="register"),
    path("tissue/", tissue_list.lots, name="lots"),
    path("tissue/receive/", lot.find, name="receive"),
    path("tissue/receive/<slug:din>/", lot.receive, name="receive-of"),
    path(_LOT, lot.lot, name="lot"),
    path(f"{_LOT}judge/", lot.judge, name="lot-judge"),
    path(f"{_LOT}hand-over/", lot_acts.hand_over, name="lot-hand-over"),
    path(f"{_LOT}decide/<slug:decision>/", lot_acts.decide, name="lot-decide"),
    path(_DONOR, donor.donor, name="donor"),
    path(f"{_DONOR}identity/", identity.record, name="identity"),
    path(f"{_DONOR}identity/read/", identity.read, name="identity-read"),
    path(f"{_DONOR}identity/destroy/", identity.destroy, name="identity-destroy"),
    path(f"{_DONOR}consent/", registering.consent, name="consent"),
    path(f"{_DONOR}consents/<uuid:uuid>/withdraw/", registering.withdraw_consent, name="consent-withdraw"),
    path(f"{_DONOR}donation/", registering.donation, name="donation"),
    path(f"{_DONATION}correct/", registering.correct_donation, name="donation-correct"),
    path(f"{_DONATION}cells/", registering.decide_cells, name="cells"),
    path(f"{_DONATION}determine/", determining.determine, name="determine"),
    path(f"{_DONOR}screening/", screening.history, name="history"),
    path(f"{_DONOR}results/", screening.results, name="results"),
    path(f"{_DONOR}results/<uuid:uuid>/correct/", screening.correct_result, name="result-correct"),
]
