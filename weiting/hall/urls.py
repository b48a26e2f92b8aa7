"""Addresses of the hall; mounted in config/urls.py inside i18n_patterns, so that each language has its own."""

from django.urls import path, re_path

from weiting.hall.views import (
    archive,
    feeds,
    home,
    maps,
    pages,
    posts,
    register,
    search,
    shelves,
    units,
    widgets,
)

app_name = "hall"
FEED = r"feed\.(?P<format>atom|rss|json)$"

urlpatterns = [
    path("", home.home, name="home"),
    path("h/<slug:slug>/", home.sub_hall, name="hall"),
    path("s/<slug:hall>/<slug:slug>/", units.section, name="section"),
    path("units/", units.units, name="units"),
    path("u/<slug:slug>/", units.unit, name="unit"),
    path("columns/", shelves.columns, name="columns"),
    path("c/<slug:slug>/", shelves.column, name="column"),
    path("topics/", shelves.topics, name="topics"),
    path("t/<slug:slug>/", shelves.topic, name="topic"),
    path("issues/", shelves.issues, name="issues"),
    path("i/<slug:public_id>/", shelves.issue, name="issue"),
    path("p/<slug:public_id>/", posts.post, name="post"),
    path("p/<slug:public_id>/v/<int:place>/", posts.version, name="version"),
    path("corrections/", posts.corrections, name="corrections"),
    path("promises/", posts.promises, name="promises"),
    path("archive/", archive.archive, name="archive"),
    path("archive/<int:year>/", archive.year, name="year"),
    path("archive/<int:year>/<int:month>/", archive.month, name="month"),
    path("archive/<int:year>/<int:month>/<int:day>/", archive.day, name="day"),
    path("register/", register.register, name="register"),
    path("spokespersons/", register.spokespersons, name="spokespersons"),
    path("a/<slug:public_id>/", register.account, name="account"),
    path("search/", search.search, name="search"),
    path("speak/", pages.speak, name="speak"),
    path("about/", pages.about, name="about"),
    path("accessibility/", pages.accessibility, name="accessibility"),
    path("find-fault/", pages.fault, name="fault"),
    path("audit/heads/", pages.heads, name="heads"),
    path("widgets/", widgets.widgets, name="widgets"),
    path("w/hall/", widgets.hall, name="widget_hall"),
    path("w/unit/<slug:slug>/", widgets.unit, name="widget_unit"),
    path("w/column/<slug:slug>/", widgets.column, name="widget_column"),
    re_path(rf"^{FEED}", feeds.feed, {"of": "home"}, name="feed_home"),
    re_path(rf"^h/(?P<slug>[-\w]+)/{FEED}", feeds.feed, {"of": "hall"}, name="feed_hall"),
    re_path(
        rf"^s/(?P<hall>[-\w]+)/(?P<slug>[-\w]+)/{FEED}", feeds.feed, {"of": "section"}, name="feed_section"
    ),
    re_path(rf"^u/(?P<slug>[-\w]+)/{FEED}", feeds.feed, {"of": "unit"}, name="feed_unit"),
    re_path(rf"^c/(?P<slug>[-\w]+)/{FEED}", feeds.feed, {"of": "column"}, name="feed_column"),
    re_path(rf"^t/(?P<slug>[-\w]+)/{FEED}", feeds.feed, {"of": "topic"}, name="feed_topic"),
    re_path(rf"^issues/{FEED}", feeds.feed, {"of": "issues"}, name="feed_issues"),
    re_path(rf"^corrections/{FEED}", feeds.feed, {"of": "corrections"}, name="feed_corrections"),
    re_path(rf"^search/{FEED}", feeds.feed, {"of": "search"}, name="feed_search"),
    path("robots.txt", maps.robots, name="robots"),
    path("sitemap.xml", maps.index, name="sitemap"),
    path("sitemap-pages.xml", maps.pages, name="sitemap_pages"),
    path("sitemap-<int:number>.xml", maps.posts_page, name="sitemap_posts"),
]
