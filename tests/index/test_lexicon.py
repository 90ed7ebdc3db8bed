from index import taxonomy
from index.lexicon import load


def found(text: str) -> list[tuple[str, str]]:
    return [(text[mention.start : mention.end], mention.category) for mention in load().find(text)]


def test_terms_are_found_in_singular_and_plural_with_the_longest_first() -> None:
    assert found("Your e-mail addresses, IP address and device model (such as IMEI)") == [
        ("e-mail addresses", "email_address"), ("IP address", "ip_address"), ("device model", "device_info"), ("IMEI", "device_id"),
    ]  # fmt: skip


def test_chinese_terms_are_found_without_spaces_between_words() -> None:
    assert found("我们收集您的手机号码、头像和IP地址") == [("手机号码", "phone_number"), ("头像", "profile"), ("IP地址", "ip_address")]


def test_a_space_around_latin_letters_parts_no_chinese_term() -> None:
    assert found("MAC 地址、SIM 卡号") == [("MAC 地址", "mac_address"), ("SIM 卡号", "sim_id")]


def test_a_phrase_that_only_looks_like_a_term_hides_it() -> None:
    assert ("name", "name") not in found("the name of the cookie")


def test_words_of_two_sentences_are_not_one_term() -> None:
    assert found("an IP, address it") == [("IP", "ip_address"), ("address", "postal_address")]


def test_every_category_of_the_lexicon_is_in_the_taxonomy() -> None:
    text = "phone number; precise location; fingerprint; salary; 身份证号; 剪贴板"
    assert {category for _, category in found(text)} <= set(taxonomy.categories())
    assert len(found(text)) == 6


def test_chinese_words_of_two_parts_are_made_and_what_is_listed_stands_before_them() -> None:
    assert found("消费金额、睡眠时长、筛选条件") == [
        ("消费金额", "transactions"), ("睡眠时长", "health"), ("筛选条件", "settings_preferences"),
    ]  # fmt: skip
    # 支付信息 is listed as an umbrella term of another category, 通讯录权限 as none.
    assert found("购买记录和支付信息") == [("购买记录", "transactions"), ("支付信息", "payment_account")]
    assert found("通讯录权限") == []
