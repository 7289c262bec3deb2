"""Labels use the words of the field: the same Vietnamese word for the same code everywhere."""

import csv
import io
import re

import pytest

# Codes of the campaign that are not the glossary's, and the glossary's word for each.
WORDS = {
    "nq68_free_labour": "free_labourer", "nq68_hh_business": "household_business",
    "nq68_suspend_15d": "contract_suspension", "nq68_stopped_work": "work_stoppage",
    "nq68_terminated": "contract_termination", "nq116_ui": "unemployment_insurance", "tracing": "contact_tracing",
    "giay_khen_huyen": "giay_khen", "giay_khen_xa": "giay_khen", "bang_khen_tinh": "bang_khen",
    "ethnic_code": "ethnic_group", "ppe_issue": "ppe", "f0_home_treatment": "home_treatment",
    "f0_recovered": "recovered", "final": "final_review", "interim": "interim_review",
    "simplified": "simplified_procedure", "unexpected": "unexpected_merit", "thematic": "thematic_award",
    "declaration": "health_declaration", "document_no": "document_number",
    "violation_count": "violation", "misinformation_count": "misinformation", "outreach_activity": "outreach",
    "front_officer": "fatherland_front", "lead": "team_lead", "vaccination_daily": "vaccine_dose", "isolation_test_daily": "isolation",
}  # fmt: skip
SUPPORT_STATES = {
    "submitted": "Chờ xã duyệt", "commune_checked": "Xã đã duyệt", "returned": "Bị trả lại",
    "rejected": "Không được hỗ trợ", "paid_or_delivered": "chi trả", "void": "hủy",
}  # fmt: skip
# Two spellings of one word live side by side; the files keep to one (hòa, thủy, not hoà, thuỷ).
OTHER_SPELLING = re.compile(r"o[àáảãạ]\b|u[ỳýỷỹỵ]\b", re.IGNORECASE)


@pytest.fixture(scope="module")
def glossary(folder):
    """{code: the words for it, folded}: the proper term, and what a villager says (column spoken)."""
    text = (folder / "glossary.csv").read_text(encoding="utf-8")
    rows = csv.DictReader(io.StringIO(text))
    return {row["code"]: [word.strip().casefold() for word in (row["vi"], *row["spoken"].split(";")) if word.strip()]
            for row in rows}  # fmt: skip


@pytest.fixture(scope="module")
def labels(documents, roles, folder, walk):
    """(code, Vietnamese label) of forms, questions, choices, roles and rows of lists."""
    found = [(name, role["label"]["vi"]) for name, role in roles.items()]
    for form_id, document in documents.items():
        found.append((form_id, document["settings"]["title"]["vi"]))
        rows = [row for _, row in walk(document["survey"])]
        rows += [choice for options in document["choices"].values() for choice in options]
        found += [(row["name"], row["label"]["vi"]) for row in rows if "label" in row]
    for path in sorted((folder / "lists").glob("*.csv")):
        rows = csv.DictReader(io.StringIO(path.read_text(encoding="utf-8")))
        found += [(row["name"], row["label::vi"]) for row in rows]
    return found


def test_a_code_is_called_by_the_fields_own_word(labels, glossary):
    astray = [
        (code, label)
        for code, label in labels
        if (words := glossary.get(WORDS.get(code, code))) and not any(word in label.casefold() for word in words)
    ]
    assert astray == []


def test_every_word_lent_to_another_code_is_in_the_glossary_and_used(labels, glossary):
    assert {code for word in WORDS.values() if (code := word)} <= set(glossary)
    assert set(WORDS) <= {code for code, _ in labels}


@pytest.mark.parametrize("state, word", SUPPORT_STATES.items())
def test_a_state_is_called_by_the_fields_own_word(workflows, state, word):
    assert word in workflows["support_case"]["states"][state]["label"]["vi"]


def test_one_spelling_of_tone_marks_is_used(folder):
    for path in [*folder.rglob("*.json"), *folder.rglob("*.csv")]:
        assert [m.group() for m in OTHER_SPELLING.finditer(path.read_text(encoding="utf-8")) if not is_quy(m)] == []


def is_quy(match):
    """'quý', 'quỹ' are spelled so by everybody: qu is a consonant."""
    return match.start() > 0 and match.string[match.start() - 1] in "qQ"
