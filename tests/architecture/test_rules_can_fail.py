"""Every guard is shown a breach and must see it: a check that cannot fail is no check."""

import pytest
from django.db import models

from tests.architecture import rules


def test_write_outside_actions_is_seen() -> None:
    planted = "from x import Post\ndef view():\n    Post.objects.filter(pk=1).update(title='')\n"
    assert rules.write_breaches(planted, "weiting/desk/views/write.py")
    assert not rules.write_breaches(planted, "weiting/posts/actions/writing.py")


def test_assigned_state_is_seen() -> None:
    assert rules.state_breaches("def f(post):\n    post.state = 'published'\n", "weiting/desk/x.py")


def test_silent_file_is_seen() -> None:
    assert rules.first_line_breaches("import os\n", "weiting/x.py")


def test_import_hidden_in_a_function_is_seen() -> None:
    assert rules.hidden_import_breaches("def f():\n    from weiting.posts import models\n", "weiting/x.py")


def test_missing_return_type_is_seen() -> None:
    assert rules.typing_breaches("def f(x: int):\n    return x\n", "weiting/x.py")


@pytest.mark.parametrize(
    "text",
    [
        "{% url 'desk:today' %}",
        "{% include 'hall/part.html' %}",
        '<p style="color:red">x</p>',
        "<script>alert(1)</script>",
        '<a onclick="x()">x</a>',
        "<p>" + "{{ x }}" * 50 + "</p>",
    ],
)
def test_breach_in_a_template_is_seen(text: str) -> None:
    assert rules.template_breaches(text, "posts")


def test_data_block_and_own_script_files_are_allowed() -> None:
    fine = '<script type="application/ld+json">{}</script><script type="module" src="/a.js"></script>'
    assert rules.template_breaches(fine, "hall") == []


def test_relation_that_points_up_is_seen() -> None:
    class Field:
        related_model = type("Up", (), {"_meta": type("M", (), {"app_label": "review"})})
        auto_created = False
        name = "round"
        remote_field = type("R", (), {"related_name": "+"})

    class Down:
        _meta = type("M", (), {"app_label": "posts", "get_fields": staticmethod(lambda: [Field])})

    assert rules.relation_breaches([Down])


def test_machine_path_is_seen() -> None:
    assert rules.privacy_breaches("see /ho" + "me/someone/x") and rules.privacy_breaches(
        "https://pypi" + ".org/simple"
    )


def test_flow_without_a_path_to_a_state_cannot_be_made() -> None:
    from weiting.core.flow import Flow, move

    class States(models.TextChoices):
        A = "a", "a"
        B = "b", "b"
        C = "c", "c"

    before = len(__import__("weiting.core.flow", fromlist=["ALL"]).ALL)
    with pytest.raises(TypeError, match="c"):

        class Broken(Flow):
            tag = "x.y"
            states, initial = States, States.A
            go = move(States.A, to=States.B)

    assert len(__import__("weiting.core.flow", fromlist=["ALL"]).ALL) == before
