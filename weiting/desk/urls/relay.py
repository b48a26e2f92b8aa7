"""Addresses of relays: calls, answers, proof, groups, the budget."""

from django.urls import URLPattern, path

from weiting.desk.views import relay, relay_keep, relay_rooms

urlpatterns: list[URLPattern] = [
    path("relay/", relay.relays, name="relays"),
    path("relay/new/", relay.new_call, name="relay_new"),
    path("relay/groups/", relay_keep.groups, name="relay_groups"),
    path("relay/groups/new/", relay_keep.group, name="relay_group_new"),
    path("relay/groups/<slug:public_id>/", relay_keep.group, name="relay_group"),
    path("relay/record/", relay_keep.record, name="relay_record"),
    path("relay/rules/", relay_keep.rules, name="relay_rules"),
    path("relay/rooms/", relay_rooms.rooms, name="rooms"),
    path("relay/rooms/new/", relay_rooms.new_room, name="room_new"),
    path("relay/rooms/<slug:public_id>/", relay_rooms.room, name="room"),
    path("relay/joint/<slug:public_id>/", relay_keep.signers, name="signers"),
    path("relay/<slug:public_id>/", relay.call, name="relay"),
    path("relay/<slug:public_id>/answer/", relay.answer, name="relay_answer"),
    path("relay/<slug:public_id>/off/", relay.call_off, name="relay_off"),
    path("relay/<slug:public_id>/coverage.json", relay.proof, name="relay_proof"),
]
