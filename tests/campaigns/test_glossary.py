"""Labels use the words of the field: the same Vietnamese word for the same code everywhere."""

import re

import pytest

WORDS = {
    "support_case": "Trường hợp hỗ trợ", "achievement": "Thành tích", "household": "Hộ gia đình",
    "merit_person": "Người có công", "policy_family": "Gia đình chính sách", "poor_household": "Hộ nghèo",
    "vulnerable_person": "Người yếu thế", "elderly": "Người cao tuổi", "disabled_person": "Người khuyết tật",
    "child": "Trẻ em", "job_loss": "Mất việc làm", "nq68_free_labour": "Lao động tự do",
    "nq68_hh_business": "Hộ kinh doanh", "nq68_suspend_15d": "Tạm hoãn hợp đồng", "nq68_stopped_work": "Ngừng việc",
    "nq68_terminated": "Chấm dứt hợp đồng", "hotline": "Đường dây nóng", "tracing": "Truy vết",
    "vaccination": "Tiêm chủng", "outreach": "Tuyên truyền", "mobilisation": "Vận động",
    "giay_khen_huyen": "Giấy khen", "bang_khen_tinh": "Bằng khen", "volunteer": "Tình nguyện viên",
    "prestige_person": "Người có uy tín", "village_head": "Trưởng bản", "covid_team": "Tổ Covid-19 cộng đồng",
    "ethnic_code": "Dân tộc", "village": "Bản", "commune": "Xã", "items": "Hiện vật", "frontline_force": "tuyến đầu",
}  # fmt: skip
SUPPORT_STATES = {
    "submitted": "Chờ xã duyệt", "commune_checked": "Xã đã duyệt", "returned": "Bị trả lại",
    "rejected": "Không được hỗ trợ", "paid_or_delivered": "chi trả", "void": "hủy",
}  # fmt: skip
# Two spellings of one word live side by side; the files keep to one (hòa, thủy, not hoà, thuỷ).
OTHER_SPELLING = re.compile(r"o[àáảãạ]\b|u[ỳýỷỹỵ]\b", re.IGNORECASE)


@pytest.fixture(scope="module")
def spoken(documents, walk):
    """{code: [Vietnamese labels]} of forms, questions and choices."""
    found = {}
    for form_id, document in documents.items():
        found.setdefault(form_id, []).append(document["settings"]["title"]["vi"])
        rows = [row for _, row in walk(document["survey"])]
        for row in rows + [choice for options in document["choices"].values() for choice in options]:
            if "label" in row:
                found.setdefault(row["name"], []).append(row["label"]["vi"])
    return found


@pytest.mark.parametrize("code, word", WORDS.items())
def test_a_code_is_called_by_the_fields_own_word(spoken, code, word):
    assert any(word in label for label in spoken[code]), spoken[code]


@pytest.mark.parametrize("state, word", SUPPORT_STATES.items())
def test_a_state_is_called_by_the_fields_own_word(workflows, state, word):
    assert word in workflows["support_case"]["states"][state]["label"]["vi"]


def test_one_spelling_of_tone_marks_is_used(folder):
    for path in folder.rglob("*.json"):
        assert [m.group() for m in OTHER_SPELLING.finditer(path.read_text(encoding="utf-8")) if not is_quy(m)] == []


def is_quy(match):
    """'quý', 'quỹ' are spelled so by everybody: qu is a consonant."""
    return match.start() > 0 and match.string[match.start() - 1] in "qQ"
