"""What the filters of a post's text leave out, and what they never leave out."""

import pytest

from weiting.posts.models import Revision
from weiting.posts.templatetags.prose import own_summary


@pytest.mark.parametrize(
    ("summary", "body", "shown"),
    [
        ("明天停水。", "明天停水。送水车在南门。", ""),
        ("明天停水。", "**明天停水。**\n\n送水车在南门。", ""),
        ("明天停水八小时。", "明天停水。送水车在南门。", "明天停水八小时。"),
        ("", "明天停水。", ""),
    ],
)
def test_a_summary_is_left_out_only_where_the_text_says_all_of_it(summary, body, shown):
    assert own_summary(Revision(summary=summary, body=body)) == shown
