"""Pages of resources."""

from django.urls import path

from resources.views import deciding, documents, equipment, lot, lot_acts, lots, materials, people, rooms, unit

app_name = "resources"
urlpatterns = [
    path("lots/", lots.lots, name="lots"),
    path("lots/receive/", lot.receive, name="receive"),
    path("lots/<slug:number>/", lot.lot, name="lot"),
    path("lots/<slug:number>/test/", lot_acts.test, name="lot-test"),
    path("lots/<slug:number>/sample/", lot_acts.sample, name="lot-sample"),
    path("lots/<slug:number>/discard-part/", lot_acts.discard_part, name="lot-discard-part"),
    path("lots/<slug:number>/adjust/", lot_acts.adjust, name="lot-adjust"),
    path("lots/<slug:number>/move/", lot_acts.move, name="lot-move"),
    path("lots/<slug:number>/open/", lot_acts.open_container, name="lot-open"),
    path("lots/<slug:number>/decide/<slug:decision>/", deciding.decide, name="lot-decide"),
    path("materials/", materials.materials, name="materials"),
    path("materials/register/", materials.register_item, name="item-register"),
    path("suppliers/register/", materials.register_supplier, name="supplier-register"),
    path("suppliers/<uuid:uuid>/qualify/", materials.qualify_supplier, name="supplier-qualify"),
    path("equipment/", equipment.equipment, name="equipment"),
    path("equipment/register/", equipment.register, name="unit-register"),
    path("equipment/<uuid:uuid>/", unit.unit, name="unit"),
    path("equipment/<uuid:uuid>/calibrate/", unit.calibrate, name="unit-calibrate"),
    path("equipment/<uuid:uuid>/clean/", unit.clean, name="unit-clean"),
    path("equipment/<uuid:uuid>/service/<slug:move>/", unit.move, name="unit-move"),
    path("cleanings/<uuid:uuid>/check/", unit.check_cleaning, name="cleaning-check"),
    path("uses/<uuid:uuid>/end/", unit.end_use, name="use-end"),
    path("rooms/", rooms.rooms, name="rooms"),
    path("rooms/register/", rooms.register, name="room-register"),
    path("rooms/<uuid:uuid>/", rooms.room, name="room"),
    path("rooms/<uuid:uuid>/service/<slug:move>/", rooms.move, name="room-move"),
    path("documents/", documents.documents, name="documents"),
    path("documents/register/", documents.register, name="document-register"),
    path("documents/<uuid:uuid>/", documents.document, name="document"),
    path("documents/<uuid:uuid>/<slug:move>/", documents.move, name="document-move"),
    path("people/", people.people, name="people"),
    path("people/qualify/", people.qualify, name="qualify"),
    path("qualifications/<uuid:uuid>/withdraw/", people.withdraw, name="qualification-withdraw"),
]
