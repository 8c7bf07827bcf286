"""Pages of people, signatures and the trail."""

from django.urls import path

from compliance.middleware import public
from compliance.views import (
    access_review,
    account,
    activation,
    alerts,
    audit_trail,
    health,
    people,
    person_acts,
    person_page,
    signatures,
    trail_export,
    trail_review,
)

app_name = "compliance"
urlpatterns = [
    path("", account.home, name="root"),
    path("health", public(health.health), name="health"),
    path("login/", public(account.login), name="login"),
    path("unlock/", public(account.unlock), name="unlock"),
    path("lock/", account.lock, name="lock"),
    path("logout/", account.logout, name="logout"),
    path("home/", account.home, name="home"),
    path("activate/<str:token>/", public(activation.activate), name="activate"),
    path("acknowledge/", activation.acknowledge, name="acknowledge"),
    path("people/", people.people, name="people"),
    path("people/new/", people.create, name="person-create"),
    path("people/<uuid:uuid>/", person_page.person, name="person"),
    path("people/<uuid:uuid>/identity/", person_acts.identity, name="person-identity"),
    path("people/<uuid:uuid>/link/", person_acts.link, name="person-link"),
    path("people/<uuid:uuid>/rename/", person_acts.rename, name="person-rename"),
    path("people/<uuid:uuid>/grant/", person_acts.grant, name="person-grant"),
    path("people/<uuid:uuid>/withdraw/<uuid:grant>/", person_acts.withdraw, name="person-withdraw"),
    path("people/<uuid:uuid>/deactivate/", person_acts.deactivate, name="person-deactivate"),
    path("people/<uuid:uuid>/unlock/", person_acts.unlock, name="person-unlock"),
    path("people/<uuid:uuid>/sessions/<int:key>/end/", person_acts.session, name="person-session"),
    path("alerts/", alerts.alerts, name="alerts"),
    path("alerts/<uuid:uuid>/", alerts.answer, name="alert"),
    path("access-reviews/", access_review.reviews, name="access-reviews"),
    path("access-reviews/open/", access_review.start, name="access-review-open"),
    path("access-reviews/<slug:number>/", access_review.review, name="access-review"),
    path("signatures/", signatures.mine, name="my-signatures"),
    path("signatures/<uuid:uuid>/", signatures.one, name="signature"),
    path("verify/", signatures.verify, name="verify"),
    path("audit-trail/", audit_trail.site, name="trail"),
    path("audit-trail/export.<slug:form>", trail_export.export, name="trail-export"),
    path("trail-reviews/", trail_review.reviews, name="trail-reviews"),
    path("trail-reviews/open/", trail_review.start, name="trail-review-open"),
    path("trail-reviews/<slug:number>/", trail_review.review, name="trail-review"),
    path("trail-reviews/<slug:number>/mark/", trail_review.mark, name="trail-review-mark"),
    path("audit-trail/<str:label>/<uuid:uuid>/", audit_trail.record, name="audit-trail"),
]
