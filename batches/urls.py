"""Pages of batches."""

from django.urls import path

from batches.views import (
    batch,
    board,
    containers,
    deviations,
    files,
    genealogy,
    issue,
    materials,
    phase,
    recording,
    records,
    scan,
    second,
    signatures,
)

app_name = "batches"
_PHASE = "batches/<str:number>/phases/<int:seq>/"
urlpatterns = [
    path("board/", board.board, name="board"),
    path("scan/", scan.scan, name="scan"),
    path("records/", records.records, name="records"),
    path("issue/", issue.issue, name="issue"),
    path("batches/<str:number>/", batch.batch, name="batch"),
    path("batches/<str:number>/genealogy/", genealogy.of_batch, name="genealogy"),
    path("batches/<str:number>/report/", deviations.report, name="deviation-report"),
    path("batches/<str:number>/files/<uuid:uuid>/", files.download, name="file"),
    path("batches/<str:number>/containers/", containers.containers, name="containers"),
    path("containers/<str:number>/", genealogy.of_container, name="container"),
    path(_PHASE, phase.phase, name="phase"),
    path(f"{_PHASE}start/", phase.start, name="phase-start"),
    path(f"{_PHASE}comment/", phase.comment, name="phase-comment"),
    path(f"{_PHASE}fields/<str:name>/record/", recording.record, name="phase-record"),
    path(f"{_PHASE}fields/<str:name>/check/", recording.check, name="phase-check"),
    path(f"{_PHASE}fields/<str:name>/correct/", recording.correct, name="phase-correct"),
    path(f"{_PHASE}complete/", signatures.complete, name="phase-complete"),
    path(f"{_PHASE}verify/", signatures.verify, name="phase-verify"),
    path(f"{_PHASE}approve/", signatures.approve, name="phase-approve"),
    path(f"{_PHASE}cosign/<str:meaning>/", signatures.cosign, name="phase-cosign"),
    path(f"{_PHASE}blind/", second.blind, name="phase-blind"),
    path(f"{_PHASE}charge/<str:code>/", materials.charge, name="phase-charge"),
    path(f"{_PHASE}charges/<uuid:uuid>/verify/", materials.verify_charge, name="charge-verify"),
    path(f"{_PHASE}charges/<uuid:uuid>/reverse/", materials.reverse_charge, name="charge-reverse"),
    path(f"{_PHASE}equipment/<str:code>/", materials.equipment, name="phase-equipment"),
    path(f"{_PHASE}samples/<str:code>/", materials.sample, name="phase-sample"),
    path("deviations/", deviations.listed, name="deviations"),
    path("deviations/<str:number>/", deviations.one, name="deviation"),
    path("deviations/<str:number>/assess/", deviations.assess, name="deviation-assess"),
    path("deviations/<str:number>/investigate/", deviations.investigate, name="deviation-investigate"),
    path("deviations/<str:number>/close/", deviations.close, name="deviation-close"),
]
