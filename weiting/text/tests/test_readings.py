"""The small table of readings says what the library says that it was made from."""

from pypinyin import lazy_pinyin
from pypinyin.constants import PHRASES_DICT, PINYIN_DICT

from weiting.text.readings import read
from weiting.text.tests.texts import POST


def test_every_phrase_and_character_is_read_as_the_library_reads_it() -> None:
    assert [phrase for phrase in PHRASES_DICT if read(phrase) != lazy_pinyin(phrase)] == []
    assert [chr(point) for point in PINYIN_DICT if read(chr(point)) != lazy_pinyin(chr(point))] == []


def test_a_text_is_read_as_the_library_reads_it() -> None:
    assert read(POST) == lazy_pinyin(POST)
    assert read("重庆银行行长长大了") == lazy_pinyin("重庆银行行长长大了")
    assert read("") == []
