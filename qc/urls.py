"""Pages of qc."""

from django.urls import path

from qc.views import oos, results, sample, sample_list

app_name = "qc"
_SAMPLE = "samples/<str:number>/"
_ITEM = f"{_SAMPLE}items/<uuid:uuid>/"
_RESULT = "results/<uuid:uuid>/"
_OOS = "investigations/<str:number>/"
urlpatterns = [
    path("samples/", sample_list.samples, name="samples"),
    path(_SAMPLE, sample.sample, name="sample"),
    path(f"{_SAMPLE}receive/", sample.receive, name="sample-receive"),
    path(f"{_SAMPLE}dispose/", sample.dispose, name="sample-dispose"),
    path(f"{_SAMPLE}submit/", sample.submit, name="sample-submit"),
    path(f"{_SAMPLE}review/", sample.review, name="sample-review"),
    path(f"{_SAMPLE}review/second/", sample.review_second, name="sample-review-second"),
    path(f"{_ITEM}record/", results.record, name="result-record"),
    path(f"{_ITEM}check/", results.check, name="result-check"),
    path(f"{_ITEM}enter/", results.enter, name="result-enter"),
    path(_RESULT, results.result, name="result"),
    path(f"{_RESULT}retract/", results.retract, name="result-retract"),
    path(f"{_RESULT}file/", results.download, name="result-file"),
    path("investigations/", oos.investigations, name="investigations"),
    path(_OOS, oos.investigation, name="investigation"),
    path(f"{_OOS}begin/", oos.begin, name="investigation-begin"),
    path(f"{_OOS}extend/", oos.extend, name="investigation-extend"),
    path(f"{_OOS}conclude/", oos.conclude, name="investigation-conclude"),
    path(f"{_OOS}approve/", oos.approve, name="investigation-approve"),
    path(f"{_OOS}invalidate/", oos.invalidate, name="investigation-invalidate"),
]
