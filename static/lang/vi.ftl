lang-name = Tiếng Việt

# Import
# Where a fault is. «in» says whether the file has sheets.
import-place = { $in ->
    [sheet] Trang tính «{ $sheet }»
   *[file] Tệp
 }
import-row = { $in ->
    [sheet] Trang tính «{ $sheet }», dòng { $row }
   *[file] Dòng { $row }
 }
import-cell = { import-row }, cột { $column }

import-file-empty = Tệp rỗng; cần một tệp CSV hoặc Excel (.xlsx) có dòng tiêu đề và dữ liệu.
import-file-too-big = Tệp lớn hơn { $most } MiB; hãy chia thành nhiều tệp nhỏ hơn.
import-too-many-rows = Tệp có hơn { $most } dòng dữ liệu; hãy chia thành nhiều tệp nhỏ hơn.
import-too-many-columns = Trang tính «{ $sheet }» có dữ liệu ngoài cột thứ { $most }; hãy xóa các cột thừa.
import-too-many-entries = Sổ Excel chứa { $count } thành phần, tối đa là { $most }; hãy chép dữ liệu sang một sổ mới rồi lưu lại.
import-too-big-unpacked = Sổ Excel khi mở ra lớn hơn { $most } MiB; hãy chép riêng phần dữ liệu sang một sổ mới rồi lưu lại.
import-entities = Sổ Excel chứa khai báo XML không được phép; hãy mở bằng Excel hoặc LibreOffice rồi lưu lại thành .xlsx.
import-unreadable-workbook = Không đọc được sổ Excel này; hãy mở bằng Excel hoặc LibreOffice rồi lưu lại thành .xlsx, không đặt mật khẩu.
import-old-workbook = Tệp là sổ Excel kiểu cũ (.xls) hoặc có mật khẩu; hãy lưu lại thành .xlsx, không đặt mật khẩu.
import-form-not-workbook = Phiếu khảo sát phải là sổ Excel (.xlsx) theo mẫu XLSForm, có ba trang tính survey, choices và settings.
import-not-text = Tệp không phải là văn bản CSV, cũng không phải là sổ Excel .xlsx; hãy lưu lại thành «CSV UTF-8» hoặc .xlsx.
import-not-utf8 = Dòng { $row }: tệp không dùng bảng mã UTF-8 nên chữ có dấu sẽ sai; trong Excel hãy chọn «Lưu dưới dạng» rồi chọn «CSV UTF-8».
import-open-quote = Dòng { $row }: có dấu ngoặc kép mở mà không đóng; mỗi dấu ngoặc kép trong tên phải được viết hai lần.
import-missing-sheet = Sổ thiếu trang tính «{ $name }»; cần ba trang tính survey, choices và settings, hiện có: { $found }.
import-no-rows = { import-place } không có dòng dữ liệu nào dưới dòng tiêu đề.
import-missing-columns = { import-place } thiếu cột: { $columns }. Các cột đang có: { $found }.
import-column-twice = { import-place } có hai cột cùng tên «{ $column }»; hãy xóa hoặc đổi tên một cột.
import-unknown-column = { import-place } có cột «{ $column }» không dùng đến; cột này được bỏ qua.
import-other-sheets = Chỉ đọc trang tính «{ $sheet }»; bỏ qua các trang tính khác: { $others }.
import-more-faults = … và còn { $count } lỗi nữa.
import-more-warnings = … và còn { $count } lưu ý nữa.

import-too-many-cells = { import-row }: có { $cells } ô nhưng tiêu đề chỉ có { $columns } cột; nếu tên có dấu phân cách, hãy đặt tên trong ngoặc kép.
import-empty = { import-cell }: để trống; ô này bắt buộc phải có.
import-broken-cell = { import-cell }: công thức bị lỗi ({ $error }); hãy thay bằng giá trị.
import-too-long = { import-cell }: dài hơn { $most } ký tự («{ $value }»).
import-lost-letters = { import-cell }: chữ có dấu đã bị mất khi lưu tệp («{ $value }»); hãy lưu lại từ tệp gốc thành «CSV UTF-8» hoặc .xlsx.
import-bad-date = { import-cell }: «{ $value }» không phải là ngày; cần dạng 31/12/2026 hoặc 2026-12-31.
import-bad-month = { import-cell }: «{ $value }» không phải là tháng; cần dạng 07/2026 hoặc 2026-07.
import-bad-count = { import-cell }: «{ $value }» không phải là số lượng; cần số nguyên từ 0 trở lên, như 1234 hoặc 1.234.
import-bad-choice = { import-cell }: «{ $value }» không hợp lệ; cần một trong: { $known }.
import-bad-code = { import-cell }: «{ $value }» không phải là mã; mã không có dấu cách và không quá 64 ký tự.
import-code-twice = { import-cell }: mã «{ $value }» đã có ở một dòng trên; mỗi mã chỉ ghi một lần.
import-code-decimal = { import-cell }: mã đang là số thập phân «{ $value }», số 0 ở cuối có thể đã mất; hãy định dạng cột là Văn bản (Text) rồi nhập lại mã.
import-code-date = { import-cell }: Excel đã đổi mã thành ngày «{ $value }»; hãy định dạng cột là Văn bản (Text) rồi nhập lại mã.
import-code-was-number = { import-cell }: mã «{ $value }» đang là số, số 0 ở đầu (nếu có) đã mất; nên định dạng cột là Văn bản (Text).
import-bad-procedure-number = { import-cell }: số «{ $value }» không phải là mã thủ tục; cần dạng 1.005092, định dạng cột là Văn bản (Text).
import-zeros-lost = { import-cell }: «{ $value }» thiếu số 0 ở cuối hoặc dùng dấu phẩy; có phải là «{ $code }»? Hãy định dạng cột là Văn bản (Text) rồi nhập lại mã.
import-zeros-restored = { import-cell }: ô là số «{ $value }» nên được hiểu là mã «{ $code }»; nên định dạng cột là Văn bản (Text).
import-unknown-code = { import-cell }: chưa có mã «{ $value }»; hãy kiểm tra lại mã hoặc nạp mã này trước.
import-unknown-code-meant = { import-cell }: không có mã «{ $value }»; có phải là «{ $meant }»? Hãy kiểm tra số 0 ở đầu và chữ hoa, chữ thường.
import-parent-circle = { import-cell }: đơn vị cấp trên tạo thành vòng: { $way }.
import-successor-circle = { import-cell }: mã kế thừa tạo thành vòng: { $way }.
import-ends-before = { import-cell }: hết hiệu lực { $to } trước khi có hiệu lực { $from }; ngày kết thúc không được sớm hơn ngày bắt đầu.
import-not-valid-then = { import-cell }: «{ $value }» chỉ có hiệu lực từ { $from } đến { $to }, không có trong tháng { $month }.
import-late-over-finished = { import-cell }: { $value } hồ sơ trễ hạn nhiều hơn { $finished } hồ sơ đã giải quyết.
import-caseload-twice = { import-row }: tháng, đơn vị, thủ tục và kênh này đã có ở một dòng trên; mỗi tổ hợp chỉ ghi một lần.
import-total-and-channels = { import-cell }: cùng tháng, đơn vị, thủ tục vừa ghi số chung (all) vừa ghi theo kênh; chỉ ghi một cách để không đếm hai lần.
import-not-a-school = { import-cell }: đơn vị «{ $value }» thuộc loại { $kind }; cần đơn vị loại school hoặc centre.
import-other-name = { import-cell }: tên «{ $value }» khác tên đơn vị của mã này («{ $name }»); hãy kiểm tra có lệch dòng không.
import-simulated = Cột «{ $column }» là số liệu giả lập, chỉ dùng để chạy thử; hãy thay bằng cột enrolment có số liệu thật.

import-bad-name = { import-cell }: «{ $value }» không phải là tên; cần chữ cái không dấu, chữ số và các dấu _ - . , không quá 64 ký tự.
import-bad-version = { import-cell }: «{ $value }» không phải là phiên bản; cần số nguyên từ 1.
import-bad-language = { import-cell }: «{ $value }» không có mã ngôn ngữ; cần dạng «Tiếng Việt (vi)» hoặc «vi».
import-column-language = { import-place }: cột «{ $column }» không có mã ngôn ngữ; cần dạng «label::Tiếng Việt (vi)».
import-no-words = { import-cell }: thiếu lời văn bằng ngôn ngữ chính của phiếu ({ $language }).
import-untranslated = { import-cell }: chưa có bản dịch ({ $language }); sẽ hiện lời văn bằng ngôn ngữ chính.
import-choice-twice = { import-cell }: lựa chọn «{ $value }» đã có trong danh sách này.
import-name-twice = { import-cell }: tên «{ $value }» đã dùng ở một dòng trên.
import-too-many-choices = { import-row }: danh sách có hơn { $most } lựa chọn.
import-too-many-questions = { import-row }: phiếu có hơn { $most } câu hỏi.
import-no-questions = { import-place } không có câu hỏi nào.
import-bad-type = { import-cell }: kiểu «{ $value }» không dùng được; cần select_one DANH_SÁCH, select_multiple DANH_SÁCH, text, note, begin_group hoặc end_group.
import-unknown-list = { import-cell }: không có danh sách lựa chọn «{ $list }» ở trang tính choices; hiện có: { $known }.
import-group-not-open = { import-row }: end_group mà không có begin_group trước đó.
import-group-not-closed = { import-row }: begin_group mà không có end_group.
import-bad-required = { import-cell }: «{ $value }» không hợp lệ; cần yes, no hoặc để trống.
import-required-note = { import-cell }: dòng note không có câu trả lời nên không thể bắt buộc.
import-bad-relevant = { import-cell }: không hiểu điều kiện từ chỗ «{ $rest }»; cần dạng {"${"}câu{"}"} = 'lựa_chọn', selected({"${"}câu{"}"}, 'lựa_chọn'), nối bằng and, or, not().
import-relevant-unfinished = { import-cell }: điều kiện chưa viết hết («{ $value }»); có thể thiếu dấu ngoặc, dấu nháy hoặc giá trị.
import-relevant-unknown = { import-cell }: điều kiện nhắc đến câu hỏi «{ $question }» không có ở các dòng trên.
import-relevant-no-choices = { import-cell }: điều kiện nhắc đến «{ $question }» là câu không có lựa chọn.
import-relevant-many = { import-cell }: «{ $question }» cho chọn nhiều; hãy dùng selected({"${"}{ $question }{"}"}, 'lựa_chọn').
import-relevant-number = { import-cell }: so sánh lớn bé với «{ $question }» cần một con số, không phải «{ $choice }».
import-relevant-choice = { import-cell }: câu hỏi «{ $question }» không có lựa chọn «{ $choice }»; có: { $known }.
import-level-order = { import-cell }: các mức phải xếp từ kém nhất đến tốt nhất 1, 2, 3, 4, 5, rồi na nếu có; đang là { $found }.
import-level-words = { import-cell }: mức { $level } là mức kém nhất hoặc nhì nhưng lời văn là «{ $label }»; mức 1 là rất không hài lòng, mức 5 là rất hài lòng.
import-indicator-not-level = { import-cell }: chỉ số «{ $value }» chỉ tính từ câu hỏi năm mức (lựa chọn 1, 2, 3, 4, 5 và na nếu cần).
import-papers-choices = { import-cell }: chỉ số papers_again cần câu hỏi select_one có hai lựa chọn tên là no và yes.
import-papers-twice = { import-cell }: chỉ số papers_again đã có ở câu hỏi «{ $other }»; mỗi phiếu chỉ một câu.
import-overall-not-level = { import-cell }: overall chỉ dùng cho câu hỏi năm mức có ghi chỉ số ở cột indicator.
import-overall-twice = { import-cell }: chỉ số này đã có câu hỏi chung là «{ $other }»; mỗi chỉ số chỉ một câu.
import-version-taken = Phiếu «{ $form }» phiên bản { $version } đã có với nội dung khác và không được sửa; hãy ghi phiên bản { $next } ở trang tính settings, cột version.
import-version-older = Phiếu «{ $form }» đã có phiên bản { $latest }, mới hơn phiên bản { $version } của tệp; hãy ghi phiên bản { $next } ở trang tính settings, cột version.

import-what = { $what ->
    [units] đơn vị
    [procedures] thủ tục hành chính
    [questionnaire] phiếu khảo sát
    [caseload] số hồ sơ
    [schools] trường học
   *[other] { $what }
 }
import-report-kept = Đã nạp { import-what } từ tệp «{ $file }».
import-report-tried = Chạy thử nạp { import-what } từ tệp «{ $file }»; chưa ghi gì vào hệ thống.
import-report-nothing = Tệp «{ $file }» ({ import-what }) không có gì mới so với hệ thống.
import-report-counts = Thêm mới: { $added }; thay đổi: { $changed }; hết hiệu lực: { $ended }; giữ nguyên: { $unchanged }.
import-report-detail = { $subject }, { $field }: { $old } → { $new }
import-report-none = (trống)
import-report-more = … và còn { $count } thay đổi nữa.
import-report-warning = Lưu ý: { $sentence }
