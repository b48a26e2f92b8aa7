"""The table to fill in for older posts: its columns, two rows to follow, and the mapping that reads it."""

from pathlib import Path

from weiting.core.tables import ColumnMapping, load_mapping, template_csv, template_xlsx

# Says which of the table's columns is what; used where no other mapping is named.
MAPPING = Path(__file__).parent / "data" / "table_mapping.toml"
_ROWS = [
    {
        "编号": "2019-0412",
        "发布时间": "2019-04-12 09:30",
        "标题": "水门路今晚停水",
        "摘要": "检修阀门，今晚十点到明早六点停水。",
        "正文": "因检修阀门，水门路今晚十点到明早六点停水，请提前接好水。",
        "话题": "停水通知、水门路",
        "原文网址": "https://example.com/2019-0412",
    },
    {"发布时间": "2019-04-13 07:10", "正文": "水门路的水已经来了，比预告早了半个小时。"},
]


def mapping() -> ColumnMapping:
    """Return the mapping of the table to fill in."""
    return load_mapping(MAPPING)


def posts_template(form: str = "xlsx") -> bytes:
    """Return an empty table of posts with two rows to follow, as "xlsx" or "csv"."""
    columns = [names[0] for names in mapping().columns.values()]
    rows = [[row.get(name, "") for name in columns] for row in _ROWS]
    return (template_csv if form == "csv" else template_xlsx)(columns, rows)
