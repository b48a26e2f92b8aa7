"""The city's own words for the check of misprints: wrong form | right form | why | where that is from."""

from __future__ import annotations

from weiting.demo.content.rows import rows

ROWS = """
云溪发部 | 云溪发布 | 发布厅的名字，去年写错过两次 | 云溪发布编辑手册
松岺 | 松岭 | 地名用“岭”，输入法常跳出“岺” | 云溪市地名录
 | 老粮站 | 地名，不是“老良站” | 云溪市地名录
"""

WORDS: tuple[tuple[str, ...], ...] = tuple(rows(ROWS, 4))
