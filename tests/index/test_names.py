from __future__ import annotations

import pytest

import index.names
from index.domain import Vendor
from index.names import Names, near_names

VENDORS = [
    Vendor("ding", "DingTalk", ("Ding Talk", "钉钉")),
    Vendor("teapot", "Teapot Cloud", ("Teapot",)),
    Vendor("hugging-face", "Hugging Face"),
]
NAMES = Names(VENDORS)


@pytest.mark.parametrize(
    ("question", "vendors"),
    [
        ("How long does DingTalk keep chats?", ["ding"]),
        ("how long does 钉钉 keep chat logs", ["ding"]),
        ("钉钉会保存多久?", ["ding"]),
        ("Compare teapot's policy with hugging-face", ["teapot", "hugging-face"]),
        ("HUGGING  FACE and Hugging-Face", ["hugging-face"]),
        ("What do teapots collect?", []),
        ("What is collected?", []),
    ],
)
def test_a_vendor_is_recognised_by_any_name_as_a_whole_word(question: str, vendors: list[str]) -> None:
    assert [vendor.id for vendor in NAMES.find(question).vendors] == vendors


@pytest.mark.parametrize(
    ("question", "rest"),
    [
        ("How long does DingTalk keep chats?", "How long does it keep chats?"),
        ("What is Teapot Cloud's address?", "What is their address?"),
        ("钉钉会保存多久?", "会保存多久?"),
        ("DingTalk", "DingTalk"),
    ],
)
def test_the_question_goes_on_without_the_name(question: str, rest: str) -> None:
    assert NAMES.find(question).question == (rest if question != "DingTalk" else "it")


@pytest.mark.parametrize(
    ("question", "near"), [("what does DingTlak collect", ["ding"]), ("tepot cloud", ["teapot"]), ("what is collected", [])]
)
def test_a_misspelt_name_is_suggested_and_not_taken(question: str, near: list[str]) -> None:
    found = NAMES.find(question)
    assert (found.vendors, [vendor.id for vendor in found.near]) == ([], near)


def test_near_ids_are_found_for_a_vendor_that_does_not_exist() -> None:
    assert near_names("dingtalks", VENDORS)[0] == "ding"
    assert near_names("zzz", VENDORS) == []


def test_no_vendors_no_names() -> None:
    assert Names([]).find("Who collects?").vendors == []


def test_of_thousands_of_names_the_one_meant_is_found() -> None:
    many = [Vendor(f"maker-{number}", f"Maker{number * 7919 % 10_000} Software") for number in range(5_000)]
    names = Names([*many, Vendor("quillon", "Quillon", ("墨水云",))])
    assert [vendor.id for vendor in names.find("does QUILLON keep logs?").vendors] == ["quillon"]
    assert [vendor.id for vendor in names.find("墨水云收集什么?").vendors] == ["quillon"]
    assert [vendor.id for vendor in names.find("does quilon keep logs?").near] == ["quillon"]
    assert names.find("does Maker7919 Software keep logs?").question == "does it keep logs?"
    assert names.find("how long are backups kept?").near == []


def test_names_that_begin_alike_are_told_apart_and_only_those_said_are_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    names = Names(
        [
            *(Vendor(f"v{number}", f"Vendor {number} Ltd") for number in range(2000)),
            Vendor("tavern", "Vendor-Café Bar"),
            Vendor("it", "Vendor"),
        ]
    )
    tried: list[str] = []
    pattern = index.names._pattern
    monkeypatch.setattr(index.names, "_pattern", lambda key: tried.append(key) or pattern(key))
    assert [vendor.id for vendor in names.find("does vendor 12 ltd or the vendor-café  bar keep logs").vendors] == ["v12", "tavern"]
    assert [vendor.id for vendor in names.find("which vendor keeps logs").vendors] == ["it"]
    assert set(tried) == {"vendor 12 ltd", "vendor café bar", "vendor"}
