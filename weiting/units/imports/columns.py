"""The columns of imported tables: what they may be called, what their words mean, and the templates to fill in."""

import unicodedata
from collections.abc import Mapping, Sequence
from typing import TypeVar

from django.utils.translation import get_language

from weiting.core.tables import template_csv, template_xlsx
from weiting.units.models import Kind, Scope
from weiting.units.roles import Role

Word = TypeVar("Word", bound=str)

UNIT_COLUMNS: dict[str, Sequence[str]] = {
    "name": ("单位全称", "单位名称", "名称", "name"),
    "short_name": ("简称", "常用名", "short name"),
    "kind": ("类别", "单位类别", "类型", "kind"),
    "parent": ("上级", "上级单位", "parent"),
    "code": ("区划代码", "单位代码", "代码", "code"),
    "slug": ("网址名", "slug"),
    "seal": ("印文", "印章字", "seal"),
    "colour": ("颜色", "印色", "color", "colour"),
    "about": ("简介", "职能", "about"),
    "phone": ("电话", "公开电话", "phone"),
    "address": ("地址", "办公地址", "address"),
    "hours": ("开放时间", "办公时间", "hours"),
    "remits": ("职责", "职责事项", "remits"),
}
PEOPLE_COLUMNS: dict[str, Sequence[str]] = {
    "username": ("登录名", "账号", "username"),
    "name": ("姓名", "name"),
    "email": ("电子邮箱", "邮箱", "e-mail", "email"),
    "unit": ("单位", "所在单位", "unit"),
    "role": ("角色", "role"),
    "title": ("职务", "title"),
    "reach": ("范围", "reach"),
    "listed": ("公开", "对外公示", "listed"),
}
_KINDS = {
    Kind.CITY: "市 城市 地级市 city",
    Kind.DISTRICT: "区 县 区县 县级市 旗 district county",
    Kind.BUREAU: "部门 局 委办局 直属单位 市直部门 企事业单位 bureau",
    Kind.SUBDISTRICT: "街道 镇 乡 街镇 街道乡镇 乡镇 乡镇街道 subdistrict township",
    Kind.COMMUNITY: "社区 村 社区村 村社 村居 community village",
    Kind.GRID: "网格 grid",
    Kind.PARTNER: "伙伴 联盟伙伴 合作单位 partner",
}
_ROLES = {
    Role.EDITOR: "编辑 采编",
    Role.FIRST_REVIEWER: "初审 一审",
    Role.SECOND_REVIEWER: "复审 二审",
    Role.FINAL_REVIEWER: "终审 三审 签发",
    Role.LEGAL: "法审 法制审核",
    Role.SECRECY: "保密审查 保密",
    Role.SPOKESPERSON: "发言人 新闻发言人",
    Role.LIAISON: "联络员",
    Role.DUTY_OFFICER: "值班员 值班",
    Role.EMERGENCY_OFFICER: "应急发布 应急",
    Role.DISPATCHER: "派单员 派单",
    Role.SUPERVISOR: "督办 督查",
    Role.ASSESSOR: "考核 考核员",
    Role.ANALYST: "研判 研判员",
    Role.TRAINER: "培训 培训员",
    Role.HALL_EDITOR: "发布厅编辑 厅编辑 主编",
    Role.PARTNER: "联盟伙伴 伙伴",
    Role.AUDITOR: "审计 审计员",
    Role.ADMINISTRATOR: "管理员 系统管理员",
}
_SCOPES = {Scope.UNIT: "本单位 unit", Scope.SUBTREE: "本单位及下级 含下级 全部下级 subtree"}
_YES, _NO = (
    frozenset(["是", "公开", "y", "yes", "true", "1", "√"]),
    frozenset(["否", "不公开", "n", "no", "false", "0"]),
)


def plain(text: str) -> str:
    """Return a word as it is compared: width, case, spaces and strokes between do not matter."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return "".join(letter for letter in folded if letter.isalnum() or letter in "√")


def _words(table: Mapping[Word, str]) -> dict[str, str]:
    """Map every way to write a value, its own name included, to the value."""
    return {
        plain(word): str(value) for value, words in table.items() for word in [*words.split(), str(value)]
    }


KINDS = _words(_KINDS)
ROLES = _words(_ROLES)
SCOPES = _words(_SCOPES)


def title_of(column: str) -> str:
    """Return what a column is called in the reader's language; a title that came from the file stays as it is."""
    names = UNIT_COLUMNS.get(column) or PEOPLE_COLUMNS.get(column)
    return names[0] if names and (get_language() or "").startswith("zh") else column


def yes_or_no(text: str) -> bool | None:
    """Return what a word says, empty being no; None when it says neither."""
    word = plain(text)
    return True if word in _YES else False if not word or word in _NO else None


def first_words(table: Mapping[Word, str]) -> str:
    """List the words one may write, for a sentence."""
    return "、".join(words.split()[0] for words in table.values())


def kind_words() -> str:
    """List the kinds as one may write them."""
    return first_words(_KINDS)


def role_words() -> str:
    """List the roles as one may write them."""
    return first_words(_ROLES)


_UNIT_ROWS = [
    ["云溪市人民政府", "云溪市政府", "市", "", "", "", "云溪", "#2b4c7e", "", "", "", "", ""],
    ["云溪市供水集团有限公司", "云溪供水", "部门", "云溪市人民政府", "", "", "供水", "#2f6b75",
     "停水报修、查水费、问水质。",
     "0599-1234 500", "水门路 8 号", "每天 24 小时", "停水；水费；水质"],
]  # fmt: skip
_PEOPLE_ROWS = [
    [
        "chenyan",
        "陈晏",
        "chenyan@example.gov.cn",
        "云溪市供水集团有限公司",
        "编辑",
        "客服科编辑",
        "本单位",
        "否",
    ],
    ["sunpei", "孙沛", "", "云溪市供水集团有限公司", "终审；发言人", "供水集团发言人", "本单位", "是"],
]
_MAKERS = {"xlsx": template_xlsx, "csv": template_csv}
# The forms in which a table to fill in is offered.
TEMPLATES = tuple(_MAKERS)


def units_template(form: str = "xlsx") -> bytes:
    """Return an empty table of units with two rows to follow, as one of TEMPLATES."""
    return _MAKERS[form]([names[0] for names in UNIT_COLUMNS.values()], _UNIT_ROWS)


def people_template(form: str = "xlsx") -> bytes:
    """Return an empty table of people with two rows to follow, as one of TEMPLATES."""
    return _MAKERS[form]([names[0] for names in PEOPLE_COLUMNS.values()], _PEOPLE_ROWS)
