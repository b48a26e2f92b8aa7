"""Addresses other servers ask for: well-known ones, our accounts and texts, the inboxes."""

from django.urls import path

from weiting.fediverse.views import finding, inbox, reading

app_name = "fediverse"

urlpatterns = [
    path(".well-known/webfinger", finding.webfinger, name="webfinger"),
    path(".well-known/host-meta", finding.host_meta, name="host_meta"),
    path(".well-known/nodeinfo", finding.nodeinfo_links, name="nodeinfo_links"),
    path("nodeinfo/2.1", finding.nodeinfo, name="nodeinfo"),
    path("ap/inbox", inbox.take, name="shared_inbox"),
    path("ap/hall", reading.hall, name="hall"),
    path("ap/hall/inbox", inbox.take, name="hall_inbox"),
    path("ap/hall/outbox", reading.nothing, name="hall_outbox"),
    path("ap/hall/followers", reading.nothing, name="hall_followers"),
    path("ap/hall/following", reading.nothing, name="hall_following"),
    path("ap/u/<str:handle>", reading.account, name="account"),
    path("ap/u/<str:handle>/inbox", inbox.take, name="inbox"),
    path("ap/u/<str:handle>/outbox", reading.outbox, name="outbox"),
    path("ap/u/<str:handle>/followers", reading.followers, name="followers"),
    path("ap/u/<str:handle>/following", reading.following, name="following"),
    path("ap/u/<str:handle>/icon.png", reading.icon, name="icon"),
    path("ap/n/<str:public_id>", reading.note, name="note"),
    path("ap/n/<str:public_id>/activity", reading.activity, name="activity"),
]
