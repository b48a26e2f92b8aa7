"""Addresses of channels: the board of connections, one of them, its acts, what is WeChat's own; texts by hand."""

from django.urls import URLPattern, path

from weiting.desk.views import by_hand, connection_acts, connections, wechat

urlpatterns: list[URLPattern] = [
    path("channels/", connections.connections, name="channels"),
    path("channels/new/", connections.new, name="channel_new"),
    path("channels/authorised/", connection_acts.authorised, name="channel_authorised"),
    path("channels/<slug:public_id>/", connections.connection, name="channel"),
    path("channels/<slug:public_id>/settings/", connections.edit, name="channel_settings"),
    path("channels/<slug:public_id>/test/", connection_acts.test, name="channel_test"),
    path("channels/<slug:public_id>/live/", connection_acts.live, name="channel_live"),
    path("channels/<slug:public_id>/rest/", connection_acts.rest, name="channel_rest"),
    path("channels/<slug:public_id>/resume/", connection_acts.resume, name="channel_resume"),
    path("channels/<slug:public_id>/owner/", connection_acts.owner, name="channel_owner"),
    path("channels/<slug:public_id>/authorise/", connection_acts.authorise, name="channel_authorise"),
    path("channels/<slug:public_id>/close/", connection_acts.close, name="channel_close"),
    path("channels/<slug:public_id>/export/", connection_acts.export, name="channel_export"),
    path("channels/<slug:public_id>/archive/", connections.archive, name="channel_archive"),
    path("channels/<slug:public_id>/plan/", wechat.plan, name="channel_plan"),
    path("channels/<slug:public_id>/menu/", wechat.menu, name="channel_menu"),
    path("channels/<slug:public_id>/answers/", wechat.answers, name="channel_answers"),
    path("deliveries/<slug:public_id>/by-hand/", by_hand.by_hand, name="by_hand"),
    path("deliveries/<slug:public_id>/by-hand/pack.zip", by_hand.pack, name="by_hand_pack"),
]
