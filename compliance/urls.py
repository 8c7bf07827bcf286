"""Pages of people, signatures and the trail."""

from django.urls import path

from compliance.middleware import public
from compliance.views import account, audit_trail, health, signatures

app_name = "compliance"
urlpatterns = [
    path("", account.home, name="root"),
    path("health", public(health.health), name="health"),
    path("login/", public(account.login), name="login"),
    path("unlock/", public(account.unlock), name="unlock"),
    path("lock/", account.lock, name="lock"),
    path("logout/", account.logout, name="logout"),
    path("home/", account.home, name="home"),
    path("signatures/", signatures.mine, name="my-signatures"),
    path("signatures/<uuid:uuid>/", signatures.one, name="signature"),
    path("verify/", signatures.verify, name="verify"),
    path("audit-trail/", audit_trail.site, name="trail"),
    path("audit-trail/export.csv", audit_trail.export, name="trail-export"),
    path("audit-trail/<str:label>/<uuid:uuid>/", audit_trail.record, name="audit-trail"),
]
