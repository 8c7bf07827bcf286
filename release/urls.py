"""Pages of release."""

from django.urls import path

from release.views import batch_list, decide, documents, review

app_name = "release"
_BATCH = "<str:number>/"
urlpatterns = [
    path("", batch_list.batches, name="batches"),
    path("documents/<uuid:uuid>/", documents.download, name="document"),
    path("documents/<uuid:uuid>/retry/", documents.retry, name="document-retry"),
    path(f"{_BATCH}review/", review.review, name="review"),
    path(f"{_BATCH}review/<str:key>/", review.exception, name="exception"),
    path(f"{_BATCH}disposition/", decide.disposition, name="disposition"),
    path(f"{_BATCH}disposition/<slug:name>/", decide.decision, name="decision"),
    path(f"{_BATCH}documents/", documents.documents, name="documents"),
    path(f"{_BATCH}export/", documents.export, name="export"),
]
