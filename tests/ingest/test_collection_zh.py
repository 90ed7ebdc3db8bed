"""Collection from Chinese clauses: what is stated, what is denied, what is only mentioned, and who, how and why."""

import pytest

from index.facts import Collection
from ingest.extract import collection_zh
from ingest.governors import Cue, governor, sentences
from tests.ingest.reading import policy


def facts(text: str) -> list[Collection]:
    return list(collection_zh.find(policy(text, "markdown")))


def found(text: str) -> list[tuple[str, str]]:
    return [(fact.span, fact.category) for fact in facts(text) if fact.polarity == "yes"]


def denied(text: str) -> list[tuple[str, str]]:
    return [(fact.span, fact.category) for fact in facts(text) if fact.polarity == "no"]


@pytest.mark.parametrize(
    ("text", "spans"),
    [
        ("我们会收集您的设备型号、网络类型和操作日志。", ["设备型号", "网络类型", "操作日志"]),
        ("注册时，您需要填写手机号码和短信验证码。", ["手机号码", "短信验证码"]),
        ("您可以自愿补充头像、昵称及生日。", ["头像", "昵称", "生日"]),
        ("为防止盗号，我们可能会获取设备标识符（例如IMEI、OAID）。", ["设备标识符", "IMEI", "OAID"]),
        ("我们会根据您的浏览记录向您推荐商品。", ["浏览记录"]),
        ("您的精确位置会被上传至服务器。", ["精确位置"]),
        ("我们会收集、存储和保护您的通话记录。", ["通话记录"]),
        ("我们会收集您浏览页面时的点击记录。", ["点击记录"]),
        ("我们会收集您的微信帐号昵称。", ["昵称"]),
        ("下单时需提供收货地址，包括姓名、联系电话等。", ["收货地址", "姓名", "联系电话"]),
        ("我们可能记录运行情况，例如，您使用软件的频率、崩溃数据。", ["使用软件的频率", "崩溃数据"]),
        ("我们会通过系统版本、物理内存等信息来标识您的设备。", ["系统版本", "物理内存"]),
        ("收集的个人信息类型：IP 地址、OAID。", ["IP 地址", "OAID"]),
        ("我们从第三方获取您授权的昵称、头像。", ["昵称", "头像"]),
        ("读取电话状态（READ_PHONE_STATE），用于收集设备识别码。", ["设备识别码"]),
    ],
)
def test_a_statement_gives_each_kind_it_names(text: str, spans: list[str]) -> None:
    assert [span for span, _ in found(text)] == spans


@pytest.mark.parametrize(
    "text",
    [
        "您有权查阅、更正或者删除您的姓名、手机号和头像。",
        "个人信息是指与自然人有关的各种信息，例如姓名、住址、电话号码。",
        "敏感个人信息包括指纹信息、银行卡号、行踪轨迹。",
        "我们会与物流公司共享您的收货地址和联系电话。",
        "我们会向快递员提供您的姓名和手机号码。",
        "操作日志保存六个月。",
        "我们采用加密技术保护您的登录密码和银行卡号。",
        "第三方网站可能会收集您的位置信息，请阅读其政策。",
        "请勿向他人透露您的验证码和登录密码。",
        "当您使用通讯录功能时，请先登录。",
        "我们为您提供日程提醒和语音识别服务。",
        "您可以在设置中关闭相机、通讯录权限。",
        "如您拒绝提供位置信息，不影响您使用其他功能。",
        "关闭定位后，我们将无法获取您的位置信息。",
        "我们如何使用Cookie",
        "如需删除账号，请联系客服。",
        "我们不会分享您的头像。",
        "开启权限并不意味着我们会收集您的位置信息。",
        "由此我们无法识别您的身份信息。",
        "我们会收集Android版本：暂无。",
    ],
)
def test_what_is_only_mentioned_is_not_collected(text: str) -> None:
    assert facts(text) == []


@pytest.mark.parametrize(
    ("text", "spans"),
    [
        ("我们不会收集您的通讯录、短信和通话记录。", ["通讯录", "短信", "通话记录"]),
        ("我们不会监控，收集，分析您的聊天内容。", ["聊天内容"]),
        ("人脸特征仅在您的设备本地处理，不会上传。", ["人脸特征"]),
        ("您的指纹信息不会被上传至服务器。", ["指纹信息"]),
        ("应用会读取相册照片；该等数据不会发送至服务器。", ["相册照片"]),
        ("您无需提供身份证号码。", ["身份证号码"]),
        ("未经监护人同意，我们不会收集儿童的精确位置。", ["精确位置"]),
        ("除非您开启定位，我们不会获取您的位置信息。", ["位置信息"]),
        ("本软件不会以任何形式收集用户的任何数据。", ["用户的任何数据"]),
        ("应用会完成跳转，不会上传剪贴板内容至我们的服务器。", ["剪贴板内容"]),
        ("我们尽量避免收集您的身份证号码。", ["身份证号码"]),
    ],
)
def test_a_denial_is_told_as_one(text: str, spans: list[str]) -> None:
    assert ([span for span, _ in denied(text)], found(text)) == (spans, [])


def test_a_denial_ends_where_a_new_statement_begins() -> None:
    text = "我们不会收集您的通讯录，但我们会收集您的设备型号。"
    assert (denied(text), found(text)) == ([("通讯录", "address_book")], [("设备型号", "device_info")])


def test_a_denial_makes_an_exception_for_what_it_excepts() -> None:
    assert facts("除手机号码以外，我们不收集其他信息。") == []


def test_a_quote_holds_verb_and_word_and_its_denial() -> None:
    text = "为保障安全，我们会自动收集设备型号。我们绝不会读取您的短信。"
    assert [fact.quote for fact in facts(text)] == ["收集设备型号", "绝不会读取您的短信"]
    assert all(text[fact.start : fact.end] == fact.quote and text[fact.span_start : fact.span_end] == fact.span for fact in facts(text))


def test_a_list_takes_its_verb_and_its_denial_from_the_lead_in() -> None:
    collected = "我们会收集以下信息：\n\n- 手机号码\n- 设备型号\n"
    refused = "我们不会收集以下信息：\n\n- 通讯录\n- 通话记录\n"
    assert [span for span, _ in found(collected)] == ["手机号码", "设备型号"]
    assert ([span for span, _ in denied(refused)], found(refused)) == (["通讯录", "通话记录"], [])


@pytest.mark.parametrize(
    ("text", "spans"),
    [
        ("# 一、我们如何收集和使用您的信息\n\n## 1. 注册\n\n（1）实名认证：姓名、身份证号码。\n", ["姓名", "身份证号码"]),
        ("# 您提供的信息\n\n您的姓名、电话号码。\n", ["姓名", "电话号码"]),
        ("# 第三方SDK目录\n\n名称：某推送\n目的：推送\n个人信息字段：机型、OAID\n", ["机型", "OAID"]),
        ("# 甲\n\n我们会自动收集日志。\n\n例如浏览器的类型、访问的网页等。\n", ["日志", "浏览器的类型", "访问的网页"]),
        ("| 功能 | 个人信息类型 | 目的 |\n| --- | --- | --- |\n| 清理 | 应用列表、存储空间 | 管理相册 |\n", ["应用列表", "存储空间"]),
        ("# 六、您如何管理您提供的信息\n\n您的姓名、电话号码。\n", []),
    ],
)
def test_a_list_without_a_verb_borrows_one_from_what_stands_around_it(text: str, spans: list[str]) -> None:
    assert [span for span, _ in found(text)] == spans


@pytest.mark.parametrize(
    "text",
    [
        "# 我们收集的信息\n\n## 仅在本地处理的信息\n\n照片、短信内容。\n",
        "# 我们收集的信息\n\n以下数据仅在您的设备本地处理。\n\n例如照片、短信内容。\n",
    ],
)
def test_a_list_of_what_stays_on_the_device_borrows_that(text: str) -> None:
    assert ([span for span, _ in denied(text)], found(text)) == (["照片", "短信内容"], [])


def test_what_two_sentences_list_is_found_in_both() -> None:
    text = "苹果手机上收集机型、IDFA。安卓手机上收集机型、OAID。"
    assert [span for span, _ in found(text)] == ["机型", "IDFA", "机型", "OAID"]


def test_a_list_of_purposes_names_no_data() -> None:
    assert facts("我们会将信息用于以下用途：\n\n- 通讯录匹配\n- 日程提醒\n") == []


@pytest.mark.parametrize(
    ("text", "source"),
    [
        ("您需要提交营业执照。", "provided"),
        ("我们会自动记录操作日志。", "automatic"),
        ("使用微信登录时，我们会获取您的头像。", "third_party"),
        ("我们可能从合作伙伴处获取您的信用分。", "third_party"),
    ],
)
def test_the_source_is_told_from_the_sentence(text: str, source: str) -> None:
    assert [fact.source for fact in facts(text)] == [source]


@pytest.mark.parametrize(
    ("text", "necessity"),
    [
        ("您必须提供手机号码。", "required"),
        ("我们会收集您的手机号码，若您不提供，将无法完成注册。", "required"),
        ("您可以选择填写性别。", "optional"),
        ("经您授权，我们会获取您的位置信息。", "optional"),
        ("我们会收集指纹信息。上述信息属于敏感信息，拒绝提供仅会使您无法使用打卡机。", "optional"),
        ("我们会收集设备型号。", "unspecified"),
        ("# 基本业务功能\n\n我们会收集设备型号。", "required"),
        ("# 扩展业务功能\n\n我们会收集设备型号。", "optional"),
        ("您需要提供以下信息：\n\n- 手机号码\n", "required"),
    ],
)
def test_necessity_is_told_from_the_sentence_the_remark_on_it_or_what_stands_above(text: str, necessity: str) -> None:
    assert [fact.necessity for fact in facts(text)] == [necessity]


@pytest.mark.parametrize(
    ("text", "role"),
    [
        ("受学校委托，我们处理学生的成绩信息。", "processor"),
        ("# 企业控制数据\n\n我们会处理工资信息。", "processor"),
        ("我们是个人信息处理者。我们会收集设备型号。", "controller"),
        ("我们会收集设备型号。", "unspecified"),
    ],
)
def test_the_role_is_told_from_the_sentence_the_heading_or_the_policy(text: str, role: str) -> None:
    assert [fact.role for fact in facts(text)] == [role]


@pytest.mark.parametrize(
    ("text", "purpose", "category"),
    [
        ("为核验您的身份，我们会收集身份证号码。", "为核验您的身份", "identity_verification"),
        ("我们会收集崩溃日志，用于排查故障。", "用于排查故障", "debugging"),
        ("我们会收集设备型号以便统计用户数量。", "以便统计用户数量", "analytics"),
        ("注册账号时，您需要提供手机号码。", "注册账号", "account_management"),
        ("我们会收集设备型号。", None, None),
    ],
)
def test_the_purpose_is_quoted_and_classed(text: str, purpose: str | None, category: str | None) -> None:
    assert [(fact.purpose, fact.purpose_category) for fact in facts(text)] == [(purpose, category)]


def test_english_clauses_are_left_to_the_tagger() -> None:
    assert facts("We collect your phone number and your e-mail address when you register for the service.") == []


def test_the_verb_that_governs_a_word_is_the_last_before_it_or_the_next_after_it() -> None:
    text = "我们会收集姓名，手机号码不会被共享。"
    (sentence,) = sentences(text, [(5, 7), (8, 12)])
    before, after = (governor(sentence, text, *span) for span in ((5, 7), (8, 12)))
    assert isinstance(before, Cue)
    assert (text[before.start : before.end], before.denied) == ("收集", None)
    assert isinstance(after, Cue)
    assert (text[after.start : after.end], text[after.denied :][:2]) == ("共享", "不会")
