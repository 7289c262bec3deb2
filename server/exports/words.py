"""Words inside exported files, Vietnamese and English: a job has no page, and so no reader's session, to ask."""

WORDS: dict[str, tuple[str, str]] = {
    "SubmissionDate": ("Lúc máy chủ nhận", "Received by the server"),
    "KEY": ("Mã bản ghi", "Record"),
    "PARENT_KEY": ("Thuộc bản ghi", "Of the record"),
    "SubmitterID": ("Mã người lập", "Author's id"),
    "SubmitterName": ("Người lập", "Author"),
    "AttachmentsPresent": ("Tệp đã tới", "Files arrived"),
    "AttachmentsExpected": ("Tệp đính kèm", "Files attached"),
    "Status": ("Lỗi", "Status"),
    "ReviewState": ("Trạng thái theo ODK", "Review state (ODK)"),
    "DeviceID": ("Mã máy", "Device"),
    "Edits": ("Số lần sửa", "Edits"),
    "FormVersion": ("Phiên bản biểu mẫu", "Form version"),
    "State": ("Trạng thái", "State"),
    "EventDate": ("Ngày của bản ghi", "Day it belongs to"),
    "UnitCode": ("Mã đơn vị", "Unit code"),
    "UnitName": ("Đơn vị", "Unit"),
    "made_by": ("Người xuất", "Exported by"),
    "made_at": ("Lúc", "At"),
    "reason": ("Lý do", "Reason"),
    "form": ("Biểu mẫu", "Form"),
    "first": ("Từ ngày", "From"),
    "last": ("Đến ngày", "To"),
    "state": ("Trạng thái", "State"),
    "unit": ("Đơn vị", "Unit"),
    "count": ("Số bản ghi", "Records"),
    "code": ("Mã lần xuất", "Export"),
    "warning": ("Lưu ý", "Note"),
    "warning_text": (
        "Tệp có thể chứa dữ liệu cá nhân. Chỉ dùng đúng lý do đã ghi, không chuyển vào nhóm trò chuyện, xóa khi xong việc. "
        "Mỗi lần xuất đều được ghi nhật ký.",
        "May hold personal data. Use it for the reason given only, send it to no chat group, delete it when done. Every "
        "export is logged.",
    ),
}


def say(key: str, language: str) -> str:
    """The words in "vi" or "en"."""
    return WORDS[key][language == "en"]
