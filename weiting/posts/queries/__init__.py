"""Every read of posts that others may use: public lists, the editor's desk, shelves, search."""

from weiting.posts.queries.deciding import Standing, personal_in, undecided, with_decisions
from weiting.posts.queries.desk import (
    assignments_for,
    outside_remit,
    post_for,
    posts_of,
    revision_diff,
    revisions_of,
)
from weiting.posts.queries.public import (
    corrections_of,
    counts_between,
    issue_articles,
    public_articles,
    public_issue,
    public_issues,
    public_post,
    public_posts,
    recent_corrections,
    timeline,
    years_with_posts,
)
from weiting.posts.queries.search import Found, search_public
from weiting.posts.queries.shelves import (
    ColumnHealth,
    column_health,
    due_follow_ups,
    health_of,
    open_columns,
    templates_for,
)

__all__ = [
    "ColumnHealth",
    "Found",
    "Standing",
    "assignments_for",
    "column_health",
    "corrections_of",
    "counts_between",
    "due_follow_ups",
    "health_of",
    "issue_articles",
    "open_columns",
    "outside_remit",
    "personal_in",
    "post_for",
    "posts_of",
    "public_articles",
    "public_issue",
    "public_issues",
    "public_post",
    "public_posts",
    "recent_corrections",
    "revision_diff",
    "revisions_of",
    "search_public",
    "templates_for",
    "timeline",
    "undecided",
    "with_decisions",
    "years_with_posts",
]
