"""Our sealing of WeChat's call-backs beside an open client's own: what one makes the other reads, both ways."""

import pytest
from hypothesis import given, settings as pace, strategies as st
from wechatpy import parse_message  # type: ignore[import-untyped]
from wechatpy.crypto import WeChatCrypto  # type: ignore[import-untyped]
from wechatpy.exceptions import InvalidSignatureException  # type: ignore[import-untyped]
from wechatpy.utils import check_signature  # type: ignore[import-untyped]

from weiting.channels.ports import Hook
from weiting.channels.wechat_crypto import answered, decrypted, encrypted, read_xml, signature
from weiting.channels.wechat_hook import read

AES_KEY, APPID, TOKEN = "kWxPEV2UEDyxWpmPdKC3F4dgPDmOvfKX1HGnEUDS1aR", "wx49f0ab532d5d035a", "hook1token"
AT, NONCE = "1411525903", "461056294"
# What XML can hold; the control characters it cannot.
LETTERS = st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff")
WORDS = st.text(LETTERS, min_size=1, max_size=300).map(lambda text: text.replace("]]>", "]]＞"))


def theirs() -> WeChatCrypto:
    return WeChatCrypto(TOKEN, AES_KEY, APPID)


def message(text: str) -> str:
    return (
        "<xml><ToUserName>gh_1</ToUserName><FromUserName>o-citizen</FromUserName><CreateTime>1411525903</CreateTime>"
        f"<MsgType>text</MsgType><Content><![CDATA[{text}]]></Content><MsgId>7</MsgId></xml>"
    )


@given(WORDS)
@pace(max_examples=60, deadline=None)
def test_what_the_client_seals_we_read(text: str) -> None:
    outer = theirs().encrypt_message(message(text), NONCE, AT)
    said = read_xml(outer.encode())
    query = {"timestamp": AT, "nonce": NONCE, "encrypt_type": "aes", "msg_signature": said["MsgSignature"]}
    answer = read(Hook("POST", query, outer.encode(), {}), TOKEN, AES_KEY, APPID)
    assert answer.status == 200 and answer.heard[0].facts.get("Content", "") == text.strip()


@given(WORDS)
@pace(max_examples=60, deadline=None)
def test_what_we_seal_the_client_reads(text: str) -> None:
    inner = message(text)
    outer = answered(inner.encode(), TOKEN, AES_KEY, APPID, at=AT, nonce=NONCE)
    said = read_xml(outer)
    plain = theirs().decrypt_message(outer.decode(), said["MsgSignature"], said["TimeStamp"], said["Nonce"])
    assert plain == inner


@given(st.binary(max_size=4000))
@pace(max_examples=40, deadline=None)
def test_any_bytes_come_through_the_sealing(message: bytes) -> None:
    assert decrypted(encrypted(message, AES_KEY, APPID), AES_KEY, APPID) == message


@given(WORDS)
@pace(max_examples=40, deadline=None)
def test_an_answer_to_a_word_is_a_message_the_client_understands(text: str) -> None:
    sealed = encrypted(message("停水").encode(), AES_KEY, APPID)
    query = {"timestamp": AT, "nonce": NONCE, "encrypt_type": "aes",
             "msg_signature": signature(TOKEN, AT, NONCE, sealed)}  # fmt: skip
    body = f"<xml><Encrypt><![CDATA[{sealed}]]></Encrypt></xml>".encode()
    answer = read(Hook("POST", query, body, {}), TOKEN, AES_KEY, APPID, {"停水": text})
    said = read_xml(answer.body)
    plain = theirs().decrypt_message(
        answer.body.decode(), said["MsgSignature"], said["TimeStamp"], said["Nonce"]
    )
    found = parse_message(plain)
    assert (found.type, found.target, found.source) == ("text", "o-citizen", "gh_1")
    assert (found.content or "").strip() == text.strip()


def test_the_client_and_we_agree_on_signatures_and_forgeries() -> None:
    check_signature(TOKEN, signature(TOKEN, AT, NONCE), AT, NONCE)
    outer = answered(b"<xml><a>1</a></xml>", "another", AES_KEY, APPID, at=AT, nonce=NONCE)
    said = read_xml(outer)
    with pytest.raises(InvalidSignatureException):
        theirs().decrypt_message(outer.decode(), said["MsgSignature"], AT, NONCE)
    query = {"timestamp": AT, "nonce": NONCE, "msg_signature": said["MsgSignature"]}
    assert read(Hook("POST", query, outer, {}), TOKEN, AES_KEY, APPID).status == 403
