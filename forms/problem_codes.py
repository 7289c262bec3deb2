"""The register of problems: each code's message and what to do, in English and in Vietnamese.

docs/problems.md explains each and a test keeps the two alike. {…} are filled in by forms.problems.problem; {hint} is a
name that is nearly right.
"""

from __future__ import annotations

CODES: dict[str, tuple[str, str]] = {
    "file.too_large": (
        "The file has {size} bytes; at most {limit} are read.",
        "Tệp có {size} byte; chỉ đọc tối đa {limit}.",
    ),
    "file.not_utf8": ("The file is not UTF-8 text.", "Tệp không phải văn bản UTF-8."),
    "file.unreadable": ("The file cannot be read: {reason}.", "Không đọc được tệp: {reason}."),
    "json.broken": ("The JSON breaks off: {reason}.", "JSON bị lỗi: {reason}."),
    "json.duplicate_key": (
        "The key '{key}' stands twice in one object.",
        "Khóa '{key}' có hai lần trong một đối tượng.",
    ),
    "json.number": ("The number {number} is not a whole number.", "Số {number} không phải số nguyên."),
    "csv.broken": ("The table cannot be read: {reason}.", "Không đọc được bảng: {reason}."),
    "csv.column": ("The column '{column}' is missing.", "Thiếu cột '{column}'."),
    "key.unknown": ("The key '{key}' is not known here.", "Không có khóa '{key}' ở đây."),
    "key.missing": ("The key '{key}' is missing.", "Thiếu khóa '{key}'."),
    "key.type": ("'{key}': {reason}", "'{key}': sai kiểu ({reason})"),
    "name.invalid": ("'{name}' is not a valid name.", "Tên '{name}' không hợp lệ."),
    "name.duplicate": ("The name '{name}' is twice among its siblings.", "Tên '{name}' bị trùng trong cùng nhóm."),
    "form.version_reused": (
        "Version {version} stands for another content already.",
        "Phiên bản {version} đã dùng cho nội dung khác.",
    ),
    "survey.empty": ("The form has no question.", "Biểu mẫu không có câu hỏi nào."),
    "survey.too_deep": (
        "Groups lie in one another more than {most} levels deep.",
        "Các nhóm lồng nhau quá {most} tầng.",
    ),
    "survey.type_unknown": ("The question type '{type}' is not known.", "Không có loại câu hỏi '{type}'."),
    "survey.type_unsupported": (
        "The question type '{type}' is not offered here.",
        "Ở đây không có loại câu hỏi '{type}'.",
    ),
    "survey.list_file": (
        "'{type}' needs the name of a list's file, one that is not under choices too.",
        "'{type}' cần tên tệp danh sách (và tên đó không nằm trong choices).",
    ),
    "survey.appearance_unknown": (
        "The appearance '{appearance}' is not known for {type}.",
        "Không có kiểu hiển thị '{appearance}' cho {type}.",
    ),
    "survey.parameter_unknown": (
        "The parameter '{name}' has no meaning for {type}.",
        "Tham số '{name}' không dùng cho {type}.",
    ),
    "survey.parameter_value": (
        "The parameter '{name}' cannot be '{value}'.",
        "Tham số '{name}' không nhận giá trị '{value}'.",
    ),
    "survey.range": (
        "A range cannot go from {start} to {end} by steps of {step}.",
        "Thang đo không thể đi từ {start} đến {end} với bước {step}.",
    ),
    "survey.no_effect": ("'{what}' has no effect here.", "'{what}' không có tác dụng ở đây."),
    "survey.children": ("A {type} cannot have children.", "{type} không thể có câu hỏi con."),
    "survey.list_missing": ("The choice list '{list}' does not exist.", "Không có danh sách lựa chọn '{list}'."),
    "survey.column_unfit": ("'{key}' has no meaning for {type}.", "'{key}' không dùng cho {type}."),
    "choices.duplicate_name": (
        "The choice '{name}' is twice in list '{list}'.",
        "Lựa chọn '{name}' bị trùng trong '{list}'.",
    ),
    "choices.name_invalid": ("The choice name '{name}' holds a space.", "Tên lựa chọn '{name}' có dấu cách."),
    "choices.unused": ("The list '{list}' is not used.", "Danh sách '{list}' không được dùng."),
    "text.translation_missing": ("A text has no translation for '{lang}'.", "Thiếu bản dịch '{lang}'."),
    "expression.syntax": (
        "The expression breaks at character {at}: {reason}.",
        "Biểu thức lỗi ở ký tự {at}: {reason}.",
    ),
    "expression.unknown_name": ("${{{name}}} names no question.", "Không có câu hỏi ${{{name}}}."),
    "expression.ambiguous_name": ("${{{name}}} names more than one question.", "Có nhiều câu hỏi tên ${{{name}}}."),
    "expression.unknown_path": ("The path {path} leads to no question.", "Đường dẫn {path} không tới câu hỏi nào."),
    "expression.unknown_function": ("The function {name}() is not known.", "Không có hàm {name}()."),
    "expression.arguments": (
        "{name}() takes {wants}, not {got} arguments.",
        "{name}() cần {wants} tham số, không phải {got}.",
    ),
    "expression.unknown_column": (
        "The list '{list}' has no column '{name}'.",
        "Danh sách '{list}' không có cột '{name}'.",
    ),
    "expression.not_nodes": (
        "{name} takes questions, repeats or paths, not values.",
        "{name} cần câu hỏi, nhóm lặp hoặc đường dẫn, không phải giá trị.",
    ),
    "expression.not_one_of": (
        "{name}() does not know '{wrong}', only {right}.",
        "{name}() không biết '{wrong}', chỉ biết {right}.",
    ),
    "expression.once": (
        "once() stands inside another operation, or in a column that is no calculation.",
        "once() nằm trong phép tính khác, hoặc ở cột không phải phép tính.",
    ),
    "expression.pattern": (
        "The pattern of regex() breaks at character {at}: {reason}.",
        "Mẫu của regex() lỗi ở ký tự {at}: {reason}.",
    ),
    "expression.trigger": ("A trigger is one or more questions.", "trigger phải là một hay nhiều câu hỏi."),
    "expression.cycle": ("These expressions wait for each other: {path}.", "Các biểu thức chờ lẫn nhau: {path}."),
    "expression.self_reference": ("The expression reads its own result.", "Biểu thức dùng kết quả của chính nó."),
    "expression.bare_question": (
        "${{{name}}} alone is true for every answer but a blank one.",
        "${{{name}}} đứng một mình luôn đúng khi có trả lời, kể cả 0 và false.",
    ),
    "expression.first_row": (
        "${{{name}}} stands outside its repeat '{repeat}' and gives its first row only.",
        "${{{name}}} nằm ngoài nhóm lặp '{repeat}' nên chỉ lấy dòng đầu.",
    ),
    "expression.regex_unanchored": (
        "regex() finds '{pattern}' anywhere in the text.",
        "regex() tìm '{pattern}' ở bất cứ đâu trong chữ.",
    ),
    "expression.instant_as_day": (
        "decimal-date-time() is an instant: {name}() of it is a day short east of Greenwich.",
        "decimal-date-time() là thời điểm: {name}() của nó lệch một ngày ở Việt Nam.",
    ),
    "expression.never": ("This can never be true.", "Điều kiện này không bao giờ đúng."),
    "expression.relevant_later": (
        "${{{name}}} is asked later: whoever fills in the form has gone past this by then.",
        "Câu ${{{name}}} nằm phía sau, người điền đã đi qua chỗ này rồi.",
    ),
    "text.media_missing": (
        "'{name}' has no {media}, and most of its siblings have one.",
        "'{name}' chưa có {media} trong khi phần lớn mục cùng nhóm đã có.",
    ),
    "screen.label_long": (
        "The label is longer than {most} characters: a phone shows little else beside it.",
        "Nhãn dài quá {most} ký tự, màn hình điện thoại không đủ chỗ.",
    ),
    "screen.table_wide": (
        "More than {most} choices side by side do not fit on a phone.",
        "Quá {most} lựa chọn nằm ngang thì không vừa màn hình điện thoại.",
    ),
    "screen.page_long": (
        "{count} questions are on one page; more than {most} are hard to find one's way in.",
        "Một trang có {count} câu hỏi; quá {most} câu thì khó theo dõi.",
    ),
    "campaign.file_missing": ("The campaign has no {path}.", "Chiến dịch thiếu tệp {path}."),
    "campaign.form_unknown": ("There is no form '{form}'.", "Không có biểu mẫu '{form}'."),
    "campaign.form_twice": ("The form '{form}' is in two files.", "Biểu mẫu '{form}' có ở hai tệp."),
    "campaign.form_nobody": ("Nobody may submit the form '{form}'.", "Không ai được gửi biểu mẫu '{form}'."),
    "campaign.form_two_workflows": ("The form '{form}' has two workflows.", "Biểu mẫu '{form}' có hai quy trình."),
    "campaign.form_without_workflow": ("The form '{form}' has no workflow.", "Biểu mẫu '{form}' chưa có quy trình."),
    "campaign.role_unknown": ("There is no role '{role}'.", "Không có vai trò '{role}'."),
    "campaign.action_unknown": ("There is no action '{action}'.", "Không có hành động '{action}'."),
    "campaign.state_unknown": ("There is no state '{state}'.", "Không có trạng thái '{state}'."),
    "campaign.kept_twice": (
        "How long records of '{form}' are kept is said by this rule and by '{other}', for the same states.",
        "Thời hạn lưu '{form}' do quy tắc này và '{other}' cùng nói, cho cùng trạng thái.",
    ),
    "campaign.step_unknown": ("There is no step '{step}'.", "Không có bước '{step}'."),
    "campaign.level_undecided": (
        "awards.json does not say how awards of the level '{level}' are decided.",
        "awards.json chưa nói hình thức khen cấp '{level}' được quyết định thế nào.",
    ),
    "campaign.state_unreachable": ("No step leads to the state '{state}'.", "Không bước nào tới trạng thái '{state}'."),
    "campaign.step_nobody": (
        "None of the roles named for '{step}' has the action '{action}' for {form}: nobody may take it.",
        "Không vai trò nào ở '{step}' có quyền '{action}' với {form}, nên không ai làm được.",
    ),
    "campaign.unit_unknown": (
        "There is no unit '{unit}'.",
        "Không có đơn vị '{unit}'.",
    ),
    "campaign.unit_kind_unknown": (
        "There is no kind of unit '{unit_kind}'.",
        "Không có loại đơn vị '{unit_kind}'.",
    ),
    "campaign.kind_unknown": (
        "No unit is of the kind '{kind}'.",
        "Không đơn vị nào thuộc loại '{kind}'.",
    ),
    "campaign.indicator_unknown": (
        "There is no indicator '{indicator}'.",
        "Không có chỉ tiêu '{indicator}'.",
    ),
    "campaign.split_unknown": (
        "The indicator has no disaggregation '{split}'.",
        "Chỉ tiêu không có cách chia '{split}'.",
    ),
    "campaign.tile_taken": (
        "'{unit}' lies where '{other}' already is.",
        "'{unit}' trùng chỗ với '{other}'.",
    ),
    "campaign.name_twice": (
        "The name '{name}' is there twice.",
        "Tên '{name}' bị trùng.",
    ),
    "campaign.return_nobody": (
        "No unit reports '{name}'.",
        "Không đơn vị nào nộp báo cáo '{name}'.",
    ),
    "campaign.state_stuck": (
        "No step leads out of the state '{state}', and nothing is decided in it.",
        "Trạng thái '{state}' không có bước đi tiếp và chưa kết thúc việc.",
    ),
    "campaign.list_unknown": (
        "There is no list '{list}'.",
        "Không có danh mục '{list}'.",
    ),
    "campaign.list_built_in": (
        "Every campaign has the list '{list}' by itself.",
        "Danh mục '{list}' có sẵn trong mọi chiến dịch.",
    ),
    "campaign.column_unknown": (
        "The list '{list}' has no column '{column}'.",
        "Danh mục '{list}' không có cột '{column}'.",
    ),
    "campaign.media_unknown": (
        "There is no file media/{file}.",
        "Không có tệp media/{file}.",
    ),
    "campaign.question_unknown": (
        "The form '{form}' has no question '{question}' outside its repeats.",
        "Biểu mẫu '{form}' không có câu hỏi '{question}' ở ngoài các dòng lặp.",
    ),
    "campaign.choice_unknown": (
        "The question has no choice '{choice}'.",
        "Câu hỏi không có lựa chọn '{choice}'.",
    ),
    "list.column_twice": (
        "The column '{column}' is there twice.",
        "Cột '{column}' bị trùng.",
    ),
    "list.too_wide": (
        "The list has {columns} columns; {limit} is the most.",
        "Danh mục có {columns} cột, tối đa {limit}.",
    ),
    "list.too_long": (
        "The list has {rows} rows; {limit} is the most.",
        "Danh mục có {rows} dòng, tối đa {limit}.",
    ),
    "list.cells": (
        "This row has {cells} cells, the list {columns} columns.",
        "Dòng này có {cells} ô, danh mục có {columns} cột.",
    ),
    "list.day": (
        "'{day}' is not a day as 2021-12-31.",
        "'{day}' không phải ngày dạng 2021-12-31.",
    ),
    "list.name_twice": (
        "The name '{name}' stands in two rows for the same day.",
        "Tên '{name}' có ở hai dòng trong cùng một ngày.",
    ),
    "campaign.unit_invalid": ("Unit '{unit}': {reason}.", "Đơn vị '{unit}': {reason}."),
    "xlsform.not_a_workbook": ("This is no .xlsx workbook.", "Đây không phải tệp .xlsx."),
    "xlsform.old_or_locked": (
        "This is an old .xls, or a workbook behind a password.",
        "Đây là tệp .xls kiểu cũ, hoặc tệp bị khóa bằng mật khẩu.",
    ),
    "xlsform.damaged": ("The file is damaged.", "Tệp bị hỏng."),
    "xlsform.one_form": (
        "Exactly one form (.xlsx or .md) is expected; there are {count}: {names}.",
        "Cần đúng một biểu mẫu (.xlsx hoặc .md); ở đây có {count}: {names}.",
    ),
    "xlsform.file_ignored": ("The file '{path}' is left out.", "Bỏ qua tệp '{path}'."),
    "xlsform.sheet_missing": ("There is no sheet '{sheet}'.", "Không có trang tính '{sheet}'."),
    "xlsform.sheet_ignored": ("The sheet '{sheet}' is left out.", "Bỏ qua trang tính '{sheet}'."),
    "xlsform.sheet_too_large": (
        "The sheet has more than {lines} lines or {columns} columns.",
        "Trang tính có quá {lines} dòng hoặc {columns} cột.",
    ),
    "xlsform.column_missing": (
        "The sheet '{sheet}' has no column '{column}'.",
        "Trang '{sheet}' thiếu cột '{column}'.",
    ),
    "xlsform.column_twice": (
        "The column '{header}' says the same as '{first}'.",
        "Cột '{header}' trùng với '{first}'.",
    ),
    "xlsform.column_ignored": ("The column '{header}' is left out.", "Bỏ qua cột '{header}'."),
    "xlsform.language_unknown": (
        "The column '{header}' names no language.",
        "Cột '{header}' không nêu rõ ngôn ngữ.",
    ),
    "xlsform.end_unmatched": (
        "end_{kind} ends nothing here; what is open: {begun}.",
        "end_{kind} không khớp; phần đang mở: {begun}.",
    ),
    "xlsform.end_missing": ("This {kind} is never ended.", "Phần {kind} này chưa được kết thúc."),
    "xlsform.choice_without_list": ("This choice belongs to no list.", "Lựa chọn này không thuộc danh sách nào."),
    "xlsform.setting_assumed": (
        "The settings name no {key}: '{value}' is taken.",
        "Trang settings không có {key}: lấy '{value}'.",
    ),
    "xlsform.cell": ("'{text}' cannot be read.", "Không hiểu '{text}'."),
    "xlsform.cell_error": ("The cell holds the error {text}.", "Ô này đang báo lỗi {text}."),
    "xlsform.cell_too_long": (
        "A cell holds at most {most} characters.",
        "Một ô chứa tối đa {most} ký tự.",
    ),
    "answer.required": ("This question needs an answer.", "Câu này cần được trả lời."),
    "answer.constraint": ("This answer is not allowed here.", "Câu trả lời này chưa đúng."),
    "answer.type": ("This is not {wanted}.", "Đây không phải là {wanted}."),
    "answer.choice": ("This choice is not in the list.", "Lựa chọn này không có trong danh sách."),
    "answer.unknown": ("The form has no such question.", "Biểu mẫu không có câu hỏi này."),
}

REMEDIES: dict[str, tuple[str, str]] = {
    "file.too_large": ("Split it.", "Hãy chia nhỏ tệp."),
    "file.not_utf8": ("Save it again as UTF-8.", "Hãy lưu lại bằng mã UTF-8."),
    "file.unreadable": ("Look whether it is there and may be read.", "Hãy xem tệp còn đó không và có quyền đọc không."),
    "json.broken": ("Correct the JSON at this place.", "Hãy sửa JSON ở chỗ này."),
    "json.duplicate_key": ("Keep one of them.", "Chỉ giữ một khóa."),
    "json.number": ('Write fractions as texts, as "0.5".', 'Hãy viết số lẻ thành văn bản, như "0.5".'),
    "csv.broken": ("Save the table again as CSV (UTF-8).", "Hãy lưu lại bảng dạng CSV (UTF-8)."),
    "csv.column": ("Add the column to the first line.", "Hãy thêm cột này vào dòng đầu."),
    "key.unknown": ("Remove it or correct its spelling{hint}.", "Hãy bỏ đi hoặc sửa chính tả{hint}."),
    "key.missing": ("Add it.", "Hãy thêm vào."),
    "key.type": ("Correct its value.", "Hãy sửa giá trị."),
    "name.invalid": (
        "Use letters, digits and _, beginning with a letter; two leading underscores are reserved.",
        "Chỉ dùng chữ không dấu, số và _, bắt đầu bằng chữ; không bắt đầu bằng hai dấu _.",
    ),
    "name.duplicate": ("Rename one of them.", "Hãy đổi một trong hai tên."),
    "form.version_reused": ("Give the changed form a new version.", "Hãy cho biểu mẫu đã sửa một số phiên bản mới."),
    "survey.empty": ("Add a question under survey.", "Hãy thêm một câu hỏi vào survey."),
    "survey.too_deep": ("Move the inner groups out.", "Hãy đưa các nhóm bên trong ra ngoài."),
    "survey.type_unknown": (
        "docs/form-language.md lists the types{hint}.",
        "Các loại câu hỏi có trong docs/form-language.md{hint}.",
    ),
    "survey.type_unsupported": (
        "Ask it another way{hint}, or leave it out.",
        "Hãy hỏi cách khác{hint}, hoặc bỏ câu này.",
    ),
    "survey.list_file": (
        "Write it as select_one_from_file villages.csv; the file lies in the campaign's lists/.",
        "Hãy viết dạng select_one_from_file villages.csv; tệp nằm trong lists/ của chiến dịch.",
    ),
    "survey.appearance_unknown": ("Correct it{hint}, or remove it.", "Hãy sửa{hint}, hoặc bỏ đi."),
    "survey.parameter_unknown": ("Correct it{hint}, or remove it.", "Hãy sửa{hint}, hoặc bỏ đi."),
    "survey.parameter_value": (
        "docs/form-language.md lists the parameters and what they take.",
        "docs/form-language.md ghi rõ các tham số và giá trị của chúng.",
    ),
    "survey.range": ("start has to be below end, and step above 0.", "start phải nhỏ hơn end, và step lớn hơn 0."),
    "survey.no_effect": ("Leave it or remove it: nothing changes.", "Để lại hay bỏ đi đều được: không có gì thay đổi."),
    "survey.children": (
        "Make it a group, or move them out.",
        "Hãy đổi thành nhóm (group), hoặc đưa các câu con ra ngoài.",
    ),
    "survey.list_missing": (
        "Add the list under choices or correct its name{hint}.",
        "Hãy thêm danh sách vào choices, hoặc sửa tên{hint}.",
    ),
    "survey.column_unfit": ("Remove it.", "Hãy bỏ đi."),
    "choices.duplicate_name": ("Rename one of them.", "Hãy đổi một trong hai tên."),
    "choices.name_invalid": (
        "Use a name without spaces: answers to select_multiple are joined by spaces.",
        "Hãy dùng tên không có dấu cách: câu trả lời nhiều lựa chọn ghép bằng dấu cách.",
    ),
    "choices.unused": (
        "Remove the list, or name it in a question's type.",
        "Hãy bỏ danh sách, hoặc dùng nó trong một câu hỏi.",
    ),
    "text.translation_missing": ("Add the text in this language.", "Hãy thêm bản dịch này."),
    "expression.syntax": ("Correct the expression at this character.", "Hãy sửa biểu thức ở ký tự này."),
    "expression.unknown_name": ("Correct the name{hint}.", "Hãy sửa tên{hint}."),
    "expression.ambiguous_name": (
        "Rename one of the questions, or write its path.",
        "Hãy đổi tên một câu hỏi, hoặc viết cả đường dẫn.",
    ),
    "expression.unknown_path": ("Correct the path{hint}.", "Hãy sửa đường dẫn{hint}."),
    "expression.unknown_function": (
        "docs/form-language.md lists the functions{hint}.",
        "Các hàm có trong docs/form-language.md{hint}.",
    ),
    "expression.arguments": ("Correct the arguments.", "Hãy sửa các tham số của hàm."),
    "expression.unknown_column": (
        "Correct the column{hint}, or add it to every choice.",
        "Hãy sửa tên cột{hint}, hoặc thêm cột vào mọi lựa chọn.",
    ),
    "expression.not_nodes": ("Write ${q} or a path, as ../q.", "Hãy viết ${q} hoặc một đường dẫn như ../q."),
    "expression.not_one_of": ("Correct it{hint}.", "Hãy sửa{hint}."),
    "expression.once": (
        "Make it the whole calculation, or a branch of its if() or coalesce().",
        "once() phải là cả phép tính, hoặc một nhánh của if() hay coalesce().",
    ),
    "expression.pattern": (
        "docs/form-language.md says what a pattern may hold.",
        "docs/form-language.md ghi rõ mẫu được viết những gì.",
    ),
    "expression.trigger": ("Write ${q}, or ${q}, ${r}.", "Hãy viết ${q}, hoặc ${q}, ${r}."),
    "expression.cycle": ("Take one of the references out.", "Hãy bỏ một trong các tham chiếu này."),
    "expression.self_reference": (
        "Take that reference out; once(…) keeps a value that was computed before.",
        "Hãy bỏ tham chiếu đó; once(…) giữ lại giá trị đã tính trước.",
    ),
    "expression.bare_question": (
        "Compare it, as ${q} = 'yes', or ask for an answer: ${q} != ''.",
        "Hãy so sánh, như ${q} = 'yes', hoặc hỏi đã trả lời chưa: ${q} != ''.",
    ),
    "expression.first_row": (
        "Use sum(), join(), indexed-repeat() or a predicate to say which rows are meant.",
        "Hãy dùng sum(), join(), indexed-repeat() hoặc điều kiện trong ngoặc vuông để chỉ rõ dòng nào.",
    ),
    "expression.regex_unanchored": (
        "Write ^ and $ around it when the whole text is meant.",
        "Hãy viết ^ và $ ở hai đầu nếu muốn xét cả văn bản.",
    ),
    "expression.instant_as_day": (
        "Calculate with dates themselves: ${a} - ${b} is whole days.",
        "Hãy tính bằng chính ngày: ${a} - ${b} là số ngày tròn.",
    ),
    "expression.never": ("Correct the bounds.", "Hãy sửa các giới hạn."),
    "expression.relevant_later": ("Move the question before this one.", "Hãy đưa câu hỏi đó lên trước câu này."),
    "text.media_missing": (
        "Add it, so that who does not read is not stopped here.",
        "Hãy thêm vào, để người không biết chữ không bị dừng ở đây.",
    ),
    "screen.label_long": (
        "Shorten it, and put the rest into the hint or guidance_hint.",
        "Hãy viết ngắn lại, phần còn lại đưa vào hint hoặc guidance_hint.",
    ),
    "screen.table_wide": (
        "Leave the appearance out: the choices then stand below each other.",
        "Hãy bỏ kiểu hiển thị này: các lựa chọn sẽ đứng dưới nhau.",
    ),
    "screen.page_long": ("Divide the group into several.", "Hãy chia nhóm thành nhiều nhóm nhỏ."),
    "campaign.file_missing": ("Add the file.", "Hãy thêm tệp này."),
    "campaign.form_unknown": ("Correct the form's name{hint}.", "Hãy sửa tên biểu mẫu{hint}."),
    "campaign.form_twice": ("Remove one of the files.", "Hãy bỏ một trong hai tệp."),
    "campaign.form_nobody": (
        "Give a role the action 'submit' (or 'commend', for dossiers) for it in roles.json.",
        "Hãy cho một vai trò quyền 'submit' (hoặc 'commend', với hồ sơ khen thưởng) trong roles.json.",
    ),
    "campaign.form_two_workflows": ("Name it in one workflow only.", "Chỉ nêu biểu mẫu trong một quy trình."),
    "campaign.form_without_workflow": (
        "Name the form in a workflow of workflow.json.",
        "Hãy nêu biểu mẫu trong một quy trình của workflow.json.",
    ),
    "campaign.role_unknown": ("Correct the role's name{hint}.", "Hãy sửa tên vai trò{hint}."),
    "campaign.action_unknown": (
        "Use one of the actions that ARCHITECTURE.md lists{hint}.",
        "Hãy dùng một quyền có trong ARCHITECTURE.md{hint}.",
    ),
    "campaign.state_unknown": ("Correct the state's name{hint}.", "Hãy sửa tên trạng thái{hint}."),
    "campaign.kept_twice": (
        "Name different states in the two rules, or keep one of them.",
        "Hãy nêu trạng thái khác nhau ở hai quy tắc, hoặc chỉ giữ một.",
    ),
    "campaign.step_unknown": ("Correct the step's name{hint}.", "Hãy sửa tên bước{hint}."),
    "campaign.level_undecided": ("Add the level to `deciding`.", "Hãy thêm cấp này vào `deciding`."),
    "campaign.state_unreachable": (
        "Add a step to it, or remove the state.",
        "Hãy thêm bước dẫn tới trạng thái này, hoặc bỏ nó.",
    ),
    "campaign.step_nobody": (
        "Give one of its roles this action for the form in roles.json.",
        "Hãy cho một trong các vai trò đó quyền này trong roles.json.",
    ),
    "campaign.unit_unknown": ("Correct the unit's code{hint}.", "Hãy sửa mã đơn vị{hint}."),
    "campaign.unit_kind_unknown": (
        "Correct it{hint}, or describe it in unit_kinds of campaign.json.",
        "Hãy sửa{hint}, hoặc khai báo trong unit_kinds của campaign.json.",
    ),
    "campaign.kind_unknown": (
        "Correct the kind{hint}, or add such units to org_units.csv.",
        "Hãy sửa loại đơn vị{hint}, hoặc thêm đơn vị loại này vào org_units.csv.",
    ),
    "campaign.indicator_unknown": ("Correct the indicator's name{hint}.", "Hãy sửa tên chỉ tiêu{hint}."),
    "campaign.split_unknown": (
        "Correct the split{hint}, or add it to the indicator's disaggregations.",
        "Hãy sửa split{hint}, hoặc thêm vào disaggregations của chỉ tiêu.",
    ),
    "campaign.tile_taken": ("Give one of them another place.", "Hãy cho một đơn vị chỗ khác."),
    "campaign.name_twice": ("Rename one of them.", "Hãy đổi một trong hai tên."),
    "campaign.return_nobody": (
        "Correct who: kinds and units have to agree.",
        "Hãy sửa who: kinds và units phải khớp nhau.",
    ),
    "campaign.state_stuck": (
        "Add a step, or give the state the phase approved or rejected.",
        "Hãy thêm một bước, hoặc cho trạng thái phase approved hay rejected.",
    ),
    "campaign.list_unknown": (
        "Add it to lists/ as a CSV, or correct its name{hint}.",
        "Hãy thêm danh sách vào lists/ dạng CSV, hoặc sửa tên{hint}.",
    ),
    "campaign.list_built_in": ("Give the file another name.", "Hãy đặt tên khác cho tệp."),
    "campaign.column_unknown": (
        "Correct the column{hint}, or add it to the list.",
        "Hãy sửa tên cột{hint}, hoặc thêm cột vào danh sách.",
    ),
    "campaign.media_unknown": (
        "Put the file into media/, or correct its name.",
        "Hãy đưa tệp vào media/, hoặc sửa tên.",
    ),
    "campaign.question_unknown": ("Correct the question's name{hint}.", "Hãy sửa tên câu hỏi{hint}."),
    "campaign.choice_unknown": ("Correct the choice{hint}.", "Hãy sửa lựa chọn{hint}."),
    "list.column_twice": ("Remove or rename one of them.", "Hãy bỏ hoặc đổi tên một cột."),
    "list.too_wide": ("Leave out columns that nothing reads.", "Hãy bỏ những cột không ai dùng."),
    "list.too_long": ("Split the list.", "Hãy chia danh sách."),
    "list.cells": (
        "Give the row a cell for every column; put texts with commas in quotes.",
        "Mỗi dòng cần đủ ô cho mọi cột; văn bản có dấu phẩy đặt trong dấu nháy.",
    ),
    "list.day": ("Correct the day.", "Hãy sửa ngày."),
    "list.name_twice": (
        "End one row (valid_to) before the other begins, or rename one.",
        "Hãy kết thúc một dòng (valid_to) trước khi dòng kia bắt đầu, hoặc đổi tên.",
    ),
    "campaign.unit_invalid": ("Correct the line.", "Hãy sửa dòng này."),
    "xlsform.not_a_workbook": ("Save the form as .xlsx.", "Hãy lưu biểu mẫu dạng .xlsx."),
    "xlsform.old_or_locked": ("Save it as .xlsx, without a password.", "Hãy lưu dạng .xlsx, không đặt mật khẩu."),
    "xlsform.damaged": (
        "Open it in a spreadsheet program, and save it again as .xlsx.",
        "Hãy mở bằng chương trình bảng tính và lưu lại dạng .xlsx.",
    ),
    "xlsform.one_form": (
        "Put each form into a folder or .zip of its own.",
        "Hãy để mỗi biểu mẫu trong một thư mục hoặc tệp .zip riêng.",
    ),
    "xlsform.file_ignored": (
        "Leave it out, or save it as .csv, or as a picture or sound that browsers know.",
        "Hãy bỏ ra, hoặc lưu dạng .csv, hay dạng ảnh, âm thanh mà trình duyệt mở được.",
    ),
    "xlsform.sheet_missing": ("Add it, or correct the name of a sheet.", "Hãy thêm trang tính, hoặc sửa tên."),
    "xlsform.sheet_ignored": (
        "Correct its name{hint}, or leave it: nothing here does what it asks for.",
        "Hãy sửa tên{hint}, hoặc cứ để: ở đây không làm những gì trang này yêu cầu.",
    ),
    "xlsform.sheet_too_large": (
        "Put long lists into .csv files, and ask with select_one_from_file.",
        "Hãy đưa danh sách dài vào tệp .csv, và hỏi bằng select_one_from_file.",
    ),
    "xlsform.column_missing": ("Add it to the first line.", "Hãy thêm cột vào dòng đầu."),
    "xlsform.column_twice": ("Remove one of them.", "Hãy bỏ một trong hai cột."),
    "xlsform.column_ignored": (
        "Correct its name{hint}, or leave it: it has no effect here.",
        "Hãy sửa tên{hint}, hoặc cứ để: ở đây không có tác dụng.",
    ),
    "xlsform.language_unknown": (
        "Write it with the language's code, as label::Tiếng Việt (vi).",
        "Hãy viết kèm mã ngôn ngữ, như label::Tiếng Việt (vi).",
    ),
    "xlsform.end_unmatched": (
        "Remove it, or end what was begun last first.",
        "Hãy bỏ dòng này, hoặc kết thúc phần mở sau cùng trước.",
    ),
    "xlsform.end_missing": (
        "Add its end below its last question.",
        "Hãy thêm dòng kết thúc dưới câu hỏi cuối của phần này.",
    ),
    "xlsform.choice_without_list": (
        "Write the list's name under list_name.",
        "Hãy ghi tên danh sách vào cột list_name.",
    ),
    "xlsform.setting_assumed": ("Add it to the sheet settings.", "Hãy ghi vào trang settings."),
    "xlsform.cell": (
        "Write roles, and states after a colon, as in commune_officer, chair: submitted.",
        "Hãy ghi vai trò, rồi trạng thái sau dấu hai chấm, như commune_officer, chair: submitted.",
    ),
    "xlsform.cell_error": ("Correct the formula, and save the workbook again.", "Hãy sửa công thức rồi lưu lại tệp."),
    "xlsform.cell_too_long": (
        "Divide the expression: put parts of it into calculations of their own.",
        "Hãy tách biểu thức: đưa từng phần vào các phép tính riêng.",
    ),
}
