"""Puts up the shelves: review rules, columns, topics, templates and phrases, words."""

from weiting.demo.content import columns, templates, topics, words
from weiting.demo.loader.city import City
from weiting.posts import actions as posts
from weiting.review import actions as review


def put_up(city: City) -> None:
    """Load the review rules, then open columns and topics, write the templates and the city's own words."""
    review.load_presets()
    by = city.people["linzhiqiu"]
    for position, seed in enumerate(columns.COLUMNS):
        city.columns[seed.slug] = posts.save_column(
            None,
            by=by,
            slug=seed.slug,
            name=seed.name,
            color=seed.colour,
            owner=city.units[seed.owner],
            about=seed.about,
            rhythm=seed.rhythm,
            rhythm_day=seed.on or None,
            position=position,
        )
    for position, topic in enumerate(topics.TOPICS):
        city.topics[topic.slug] = posts.save_topic(
            None,
            by=by,
            slug=topic.slug,
            name=topic.name,
            about=topic.about,
            is_standing=topic.kind == "wechat",
            position=position,
        )
    for text in templates.TEMPLATES:
        posts.save_template(
            None,
            by=by,
            unit=None if text.unit == "fabu" else city.units[text.unit],
            name=text.name,
            is_phrase=text.slug.startswith("phrase-"),
            for_emergency=text.slug in {"rain-storm", "flood", "missing"},
            column=city.columns[text.column],
            title=text.title,
            body=text.body,
        )
    for wrong, right, reason, source in words.WORDS:
        posts.save_word(None, by=by, wrong=wrong, right=right, reason=reason, source=source)
