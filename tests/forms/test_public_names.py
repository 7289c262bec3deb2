"""What other packages may take from `forms`; a new name is put here on purpose."""

import forms


def test_the_public_names_are_these():
    assert forms.__all__ == [
        "CODES", "REMEDIES", "Answers", "Campaign", "Compiled", "Env", "Form", "Instance", "Problem", "Program",
        "Unit", "Where", "compile_form", "document_schema", "errors", "files", "load_campaign", "read_json",
    ]  # fmt: skip
    assert all(hasattr(forms, name) for name in forms.__all__)
