"""Addresses of the fediverse at the desk: who is shut out of the hall, and one account with its followers."""

from django.urls import URLPattern, path

from weiting.desk.views import fediverse

# Before those of connections: “fediverse” is no connection's public id, but would be read as one.
urlpatterns: list[URLPattern] = [
    path("channels/fediverse/blocks/", fediverse.blocks, name="fediverse_blocks"),
    path("channels/fediverse/blocks/<int:pk>/lift/", fediverse.lift, name="fediverse_lift"),
    path("channels/fediverse/reports/<slug:public_id>/settle/", fediverse.settle, name="fediverse_settle"),
    path("channels/<slug:public_id>/fediverse/", fediverse.account, name="channel_fediverse"),
    path("channels/<slug:public_id>/fediverse/follow/", fediverse.follow, name="channel_follow"),
    path("channels/<slug:public_id>/fediverse/unfollow/", fediverse.unfollow, name="channel_unfollow"),
    path("channels/<slug:public_id>/fediverse/key/", fediverse.key, name="channel_key"),
]
