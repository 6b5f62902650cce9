### Tiếng Việt: ngôn ngữ đầy đủ; mọi ngôn ngữ khác lấy từ đây khi thiếu.

lang-name = Tiếng Việt
product = Hài Lòng
skip = Đến nội dung chính
simulated = Dữ liệu mô phỏng, chỉ để giới thiệu. Không phải kết quả thật.
to-home = Về trang đầu

## Câu hỏi đầu tiên
q-overall-counter = Quý vị hài lòng ở mức nào với lần làm việc này?
q-send = Gửi đánh giá
q-anon = Không ghi tên, số điện thoại hay vị trí của quý vị. Người trực quầy không xem được câu trả lời.
q-anon-more = Cách bảo vệ thông tin
q-elsewhere = Không phải nơi quý vị vừa đến?
q-elsewhere-code = Nhập mã trên phiếu
q-listen = Nghe câu hỏi
q-procedure = Thủ tục:
q-slip-day = Ngày { $day }
which-procedure = Quý vị vừa làm thủ tục nào?
which-filter = Tìm theo tên thủ tục
which-find = Tìm
which-none = Không có thủ tục nào có tên như vậy. Bỏ bớt chữ hoặc chọn «Việc khác».
which-other = Việc khác
which-all = Xem cả { $n } thủ tục
which-again = Xem lại danh sách thủ tục

## Lỗi khi gửi
err-prefix = Lỗi:{" "}
err-word = Lỗi:
err-title = Có lỗi cần sửa
err-choose = Chọn một mức độ hài lòng
err-choose-level = Chọn một mức cho câu «{ $question }»
err-choose-one = Chọn một câu trả lời cho câu «{ $question }»
err-choose-some = Chọn ít nhất một ô cho câu «{ $question }»
err-choose-any = Trả lời ít nhất một câu
err-write = Ghi câu trả lời cho câu «{ $question }»
err-long = Ý kiến dài quá { $n } ký tự. Rút ngắn còn 1.000 ký tự.

## Cảm ơn và góp ý thêm
t-h1 = Cảm ơn quý vị đã đánh giá
t-saved = Đánh giá đã được ghi nhận. Quý vị có thể đóng trang này.
t-more = Góp ý thêm (không bắt buộc)
t-why-low = Điều gì khiến quý vị chưa hài lòng?
t-why-high = Điều gì quý vị thấy tốt?
t-comment-hint = Không viết họ tên, số điện thoại, số giấy tờ. Tối đa 1.000 ký tự
t-comment-send = Gửi góp ý
t-contact = Cần được trả lời? Gọi { $phone } hoặc gửi phản ánh tại { $address }.
t-contact-phone = Cần được trả lời? Gọi { $phone }.
t-contact-address = Cần được trả lời? Gửi phản ánh tại { $address }.
t-done = Đã nhận góp ý. Cảm ơn quý vị.
t-late = Đánh giá của quý vị đã được ghi nhận
t-late-say = Phần góp ý thêm đã quá 30 phút nên không gửi được nữa. Đánh giá gửi lúc đầu vẫn được giữ.

## Mã không mở được phiếu
code-label = Mã trên phiếu
code-go = Tiếp tục
code-format = Nhập mã gồm 8 ký tự, ví dụ 7K3M-9X2P
code-unknown-check = Không tìm thấy mã này. Kiểm tra lại mã trên phiếu.
code-unknown = Không tìm thấy mã này.
code-unknown-say = Kiểm tra lại mã trên phiếu rồi nhập vào đây.
code-used = Đánh giá của quý vị đã được ghi nhận.
code-used-say = Mỗi phiếu dùng một lần. Quý vị không cần gửi lại.
code-again = Đánh giá của quý vị đã được ghi nhận.
code-again-new = Đánh giá một lần làm việc khác
code-expired = Phiếu này đã hết hạn ngày { $day }.
code-expired-say = Quý vị vẫn có thể góp ý: quét mã tại quầy.
code-expired-call = Quý vị vẫn có thể góp ý: gọi { $phone } hoặc quét mã tại quầy.
code-closed = Khảo sát này đã kết thúc ngày { $day }.
code-revoked = Mã này không còn dùng nữa.
code-closed-say = Cảm ơn quý vị.
code-closed-next = Quý vị vẫn có thể góp ý: quét mã đang treo tại quầy.
code-many = Có nhiều lần nhập mã sai.
code-many-say = Thử lại sau { $n } phút.
send-many = Có quá nhiều đánh giá được gửi cùng lúc.
send-many-say = Đánh giá chưa được ghi nhận. Gửi lại sau { $n } phút; những gì quý vị đã nhập vẫn được giữ trên trang này.
send-again = Gửi lại

## Trang đầu
home-title = Đánh giá mức độ hài lòng
home-say = Quý vị nhận được phiếu có mã? Nhập mã để đánh giá. Không cần đăng nhập, không ghi tên.
home-results-link = Xem kết quả mức độ hài lòng

## Khi có trục trặc
problem-input = Yêu cầu này chưa gửi được
problem-not-found = Không tìm thấy trang này
problem-not-found-say = Kiểm tra lại địa chỉ, hoặc về trang đầu để nhập mã trên phiếu.
problem-gone = Trang này không còn nữa
problem-gone-say = Nội dung này đã hết hạn. Quý vị có thể quét mã tại quầy.
problem-conflict-say = Nội dung gửi lên trùng với nội dung đã có.
problem-busy = Hệ thống đang có sự cố.
problem-busy-say = Đánh giá chưa được ghi nhận. Thử lại sau ít phút, phiếu vẫn còn dùng được.
problem-internal = Hệ thống đang có sự cố.
problem-reference = Nếu cần hỗ trợ, cho biết số tham chiếu: { $id }
problem-method = Địa chỉ này không nhận cách gửi như vậy. Mở lại trang bằng mã trên phiếu.
problem-other-site = Yêu cầu này đến từ một trang khác nên không được nhận. Mở lại phiếu bằng mã rồi gửi.
problem-request = Trình duyệt gửi yêu cầu chưa đúng. Mở lại trang bằng mã trên phiếu.
problem-address = Địa chỉ quá dài. Mở lại trang bằng mã trên phiếu.
problem-encoding = Nội dung gửi lên bị nén. Gửi lại không nén.
problem-content-type = Nội dung gửi lên không phải là phiếu. Mở lại trang và gửi bằng nút trên phiếu.
problem-body = Nội dung gửi lên quá lớn hoặc bị ngắt giữa chừng. Rút ngắn rồi gửi lại.
problem-slow = Đường truyền quá chậm nên chưa nhận hết. Thử gửi lại.
problem-fields = Phiếu gửi lên không khớp với câu hỏi. Mở lại trang và chọn lại.

## Cấp mã
issue-unknown-unit = Không có đơn vị nào mang mã «{ $code }».
issue-unknown-procedure = Không có thủ tục nào mang mã «{ $code }».
issue-unknown-form = Không có phiếu khảo sát nào tên «{ $form }».

## Bảo vệ thông tin
privacy-title = Cách bảo vệ thông tin của quý vị
privacy-what = Giữ những gì
privacy-what-say = Mức độ hài lòng và câu trả lời quý vị chọn; ý kiến quý vị viết; đơn vị, thủ tục, cách gửi, ngôn ngữ; ngày và giờ, làm tròn đến giờ.
privacy-not = Không giữ những gì
privacy-not-say = Không hỏi và không giữ họ tên, số điện thoại, số giấy tờ, vị trí. Địa chỉ mạng không được ghi vào đánh giá hay nhật ký; để chống gian lận, chỉ một dấu đã mã hoá, không đọc ngược được, tồn tại nhiều nhất 48 giờ. Mã hồ sơ trên phiếu mời, nếu có, chỉ được giữ ở dạng mã hoá một chiều, tách khỏi câu trả lời.
privacy-why = Dùng để làm gì
privacy-why-say = Để cơ quan biết người dân hài lòng đến đâu và sửa chỗ chưa tốt. Không dùng vào việc khác, không bán, không chuyển cho bên thứ ba.
privacy-who = Ai xem được
privacy-who-say = Người trực quầy không xem được câu trả lời. Người quản lý chỉ thấy số liệu gộp từ 5 đánh giá trở lên, và ý kiến chỉ kèm ngày, không kèm giờ. Vì vậy, không viết họ tên, số điện thoại hay số giấy tờ vào ý kiến.
privacy-how-long = Giữ trong bao lâu
privacy-how-long-say = Câu trả lời giữ 5 năm, ý kiến giữ 24 tháng. Trang đánh giá chỉ dùng một cookie, sống 30 phút, để một đánh giá không bị ghi hai lần; cookie này không cho biết quý vị là ai.
privacy-rights = Quyền của quý vị
privacy-rights-say = Trả lời là tự nguyện; không trả lời cũng không ảnh hưởng gì đến hồ sơ. Vì không ghi tên, đánh giá đã gửi không thể tìm lại để sửa hay rút; nếu ý kiến đã viết có thông tin cá nhân, quý vị có quyền yêu cầu xoá. Quyền của quý vị được quy định tại Luật Bảo vệ dữ liệu cá nhân số 91/2025/QH15.
privacy-ask = Hỏi ai
privacy-ask-say = Hỏi đơn vị ghi ở đầu phiếu đánh giá, hoặc Văn phòng của cơ quan quản lý đơn vị đó.

# Kết quả (release, assess, results)
period-not-understood = «{ $value }» không phải một kỳ báo cáo. Hãy viết như 2026-10 (tháng), 2026-Q3 (quý), 2026-H1 (6 tháng), 2026 (năm) hoặc 2026-01-05..2026-02-03 (từ ngày đến ngày).
period-ends-before-it-starts = Ngày cuối { $to } đứng trước ngày đầu { $from }. Hãy chọn ngày cuối từ ngày đầu trở đi.
period-month = Tháng { $month } năm { $year }
period-quarter-1 = Quý I năm { $year }
period-quarter-2 = Quý II năm { $year }
period-quarter-3 = Quý III năm { $year }
period-quarter-4 = Quý IV năm { $year }
period-half-1 = 6 tháng đầu năm { $year }
period-half-2 = 6 tháng cuối năm { $year }
period-year = Năm { $year }
period-range = Từ { $from } đến { $to }
period-with-days = { $name } (từ { $from } đến { $to })
day-written = { $padded }/{ $month }/{ $year }
month-1 = 01
month-2 = 02
month-3 = 03
month-4 = 04
month-5 = 05
month-6 = 06
month-7 = 07
month-8 = 08
month-9 = 09
month-10 = 10
month-11 = 11
month-12 = 12
number-decimal = ,
number-group = .
number-percent = { $number }%
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
import-bad-name = { import-cell }: «{ $value }» không phải là tên; cần chữ cái không dấu, chữ số và các dấu _ - . , không quá 64 ký tự, khác với visit và p là tên dành riêng.
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

## Sample department (hailong demo)
demo-not-empty = Cơ sở dữ liệu này đã có phiếu trả lời nên không thể nạp dữ liệu mô phỏng; cần một cơ sở dữ liệu trống.
demo-step-department = Nạp đơn vị, thủ tục và phiếu khảo sát mẫu
demo-step-answers = Nạp phiếu trả lời mô phỏng
demo-step-caseload = Nạp số hồ sơ mô phỏng
results-title = Kết quả khảo sát mức độ hài lòng
results-filter = Chọn kỳ
results-filter-year = Năm
results-filter-part = Kỳ
results-filter-whole-year = Cả năm
results-filter-half-1 = 6 tháng đầu năm
results-filter-half-2 = 6 tháng cuối năm
results-filter-quarter-1 = Quý I
results-filter-quarter-2 = Quý II
results-filter-quarter-3 = Quý III
results-filter-quarter-4 = Quý IV
results-filter-month = Tháng { $month }
results-filter-range = Từ ngày đến ngày
results-filter-from = Từ ngày
results-filter-to = Đến hết ngày
results-filter-cut-off = Cách chốt số liệu
results-filter-calendar = Theo tháng dương lịch
results-filter-fifteen = Từ ngày 15 đến ngày 14
results-filter-view = Xem
cut-off-not-understood = «{ $value }» không phải một cách chốt số liệu. Hãy chọn calendar (theo tháng dương lịch) hoặc 15-14 (từ ngày 15 đến ngày 14).
results-released = Số liệu đến { $day }.
results-released-never = Chưa có số liệu nào được công bố.
results-provisional = Tạm tính: kỳ này chưa kết thúc hoặc chưa chốt xong, các kết luận còn có thể thay đổi.
results-period-so-far = { $period } (đến { $day })
results-indicator-procedures = Mức độ hài lòng về giải quyết thủ tục hành chính
results-indicator-service = Mức độ hài lòng đối với sự phục vụ của cơ quan hành chính
results-indicator-education = Mức độ hài lòng về cung cấp dịch vụ giáo dục công lập
results-indicator-papers-again = Tỷ lệ người dân không phải nộp lại giấy tờ cơ quan đã có
results-sentence = { $period }: { $share } hài lòng (từ { $lower } đến { $upper }), { $n } đánh giá.
results-sentence-papers = { $period }: { $share } không phải nộp lại giấy tờ (từ { $lower } đến { $upper }), { $n } người trả lời.
results-sentence-range = { $period }: { $share } hài lòng, { $n } đánh giá.
results-sentence-range-papers = { $period }: { $share } không phải nộp lại giấy tờ, { $n } người trả lời.
results-sentence-nothing = { $period }: { $state }.
results-said-above = Đạt chỉ tiêu { $target }.
results-said-below = Chưa đạt chỉ tiêu { $target }.
results-said-open = Chưa đủ căn cứ kết luận về chỉ tiêu { $target }.
results-said-few = Ít đánh giá, chỉ để tham khảo; chỉ tiêu { $target }.
results-state-above = Đạt chỉ tiêu
results-state-below = Chưa đạt chỉ tiêu
results-state-open = Chưa đủ căn cứ kết luận
results-state-few = Ít đánh giá, chỉ để tham khảo
results-state-hidden = Không hiện số, để bảo vệ người góp ý
results-state-none = Chưa có đánh giá trong kỳ này
results-no-target = Không có chỉ tiêu trong kỳ này
results-provisional-mark = tạm tính
results-at-least = Với độ tin cậy 95%, ít nhất { $share }.
results-at-most = Với độ tin cậy 95%, nhiều nhất { $share }.
results-needed = Cần thêm khoảng { $n } đánh giá để kết luận
results-needed-floor = ít nhất { $n } đánh giá trong mọi trường hợp
results-out-of-reach = Dù mọi người còn lại đều hài lòng, chỉ tiêu kỳ này không còn đạt được.
results-index = Đứng riêng bên cạnh: chỉ số gộp các tiêu chí { $share } (từ { $lower } đến { $upper }), { $n } người trả lời.
results-measure-closing = Tỷ lệ người chọn mức 4 hoặc 5 ở câu hỏi chung của phiếu.
results-measure-pooled-index = Chỉ số gộp: tỷ lệ câu trả lời ở mức 4 hoặc 5 trên mọi câu trả lời, gộp theo người và tiêu chí.
results-measure-share-of-no = Tỷ lệ người trả lời «không phải nộp lại» trên số người trả lời có hoặc không.
results-blank = Bỏ trống: { $blank }; không áp dụng: { $na }. Các câu này không nằm trong mẫu số.
results-coverage = { $n } người trả lời trên { $files } hồ sơ đã giải quyết ({ $coverage }).
results-more-than-files = Số người trả lời nhiều hơn số hồ sơ đã giải quyết: cần kiểm tra số liệu. Khoảng và kết luận được tính như khi chưa biết số hồ sơ.
results-spread = Phân bố năm mức đánh giá
results-spread-of-answers = Phân bố năm mức trong { $n } câu trả lời
results-spread-table = Xem bảng số liệu
results-spread-level = Mức
results-spread-count = Số câu trả lời
results-level-1 = Rất không hài lòng
results-level-2 = Không hài lòng
results-level-3 = Bình thường
results-level-4 = Hài lòng
results-level-5 = Rất hài lòng
results-spread-part = { $level }: { $share }
results-units = Theo đơn vị
results-procedures = Theo thủ tục hành chính
results-column-unit = Đơn vị
results-column-procedure = Thủ tục
results-column-n = Số người trả lời
results-column-share = Tỷ lệ
results-column-interval = Khoảng 95%
results-column-state = Kết luận
results-column-coverage = Trên số hồ sơ
results-interval = từ { $lower } đến { $upper }
results-range-at-least-95 = từ 95% trở lên
results-range-at-most-5 = không quá 5%
results-no-procedure = Việc khác
results-without = Chưa có đánh giá trong kỳ này ({ $n })
results-how = Cách tính
results-how-interval = Khoảng 95%: vì chỉ một số người trả lời, tỷ lệ thật có thể cao hơn hoặc thấp hơn, nhưng thường nằm trong khoảng này.
results-how-verdict = Kết luận theo phép kiểm chính xác một phía ở mức 5%, trên số chưa làm tròn; «đạt» hoặc «chưa đạt» chỉ khi dữ liệu đủ chắc.
results-how-hidden = Không hiện số khi một nơi có dưới 5 đánh giá, hoặc khi số đó giúp tính ra một nơi có dưới 5 đánh giá.
results-how-source = Khảo sát tại đơn vị, không phải SIPAS.
results-how-units = Mỗi đơn vị được tính theo tên và phạm vi tại thời điểm trả lời.
results-download-csv = Tải bảng số liệu (CSV)
results-download-json = Tải bảng số liệu (JSON)
demo-step-release = Đưa phiếu trả lời vào bảng đếm
demo-ready = Hài Lòng đã sẵn sàng sau { $seconds } giây, với dữ liệu mô phỏng. Mở các địa chỉ:
demo-home = Trang đầu, nhập mã
demo-point = Mã tại quầy, một thủ tục
demo-office = Mã tại quầy, chọn thủ tục
demo-service = Phiếu về sự phục vụ
demo-education = Phiếu của trường học
demo-invitation = Phiếu mời dùng một lần
demo-results = Kết quả

### Người dùng: đăng nhập, tài khoản, quyền
problem-forbidden = Tài khoản này không dùng được trang này
problem-forbidden-say = Nếu công việc cần đến trang này, đề nghị người quản trị cấp quyền.
setup-console = Chưa có tài khoản nào. Mở liên kết sau trong 30 phút, một lần, để lập tài khoản quản trị đầu tiên:
demo-sign-in = Đăng nhập
demo-accounts = Tài khoản mô phỏng (tên đăng nhập, mật khẩu; mật khẩu đổi mỗi lần khởi động):
nav-label = Các mục
nav-users = Người dùng
nav-out = Đăng xuất
sign-in-title = Đăng nhập
sign-in-login = Tên đăng nhập hoặc email
sign-in-password = Mật khẩu
sign-in-go = Đăng nhập
sign-in-wrong = Tên đăng nhập hoặc mật khẩu chưa đúng.
sign-in-wait = Thử lại sau { $n } phút.
sign-in-ended = Phiên làm việc đã hết. Đăng nhập lại để tiếp tục, phần đang nhập vẫn được giữ.
sign-in-chosen = Mật khẩu đã được đặt. Đăng nhập bằng mật khẩu mới.
sign-in-again = Nhập lại mật khẩu
sign-in-again-say = Việc này quan trọng nên cần mật khẩu một lần nữa. Phần đang nhập vẫn được giữ.
sign-in-again-go = Tiếp tục
sign-in-kept = Phần đang nhập vẫn được giữ
sign-in-kept-say = Đã đăng nhập. Phần đã nhập trước đó chưa được gửi; gửi bây giờ để tiếp tục.
sign-in-kept-send = Gửi phần đang nhập
sign-in-present-wrong = Mật khẩu hiện tại chưa đúng.
password-show = Hiện mật khẩu
password-hide = Ẩn mật khẩu
password-wrong = Mật khẩu chưa đúng.
password-hint = Từ { $least } ký tự trở lên. Một câu dài dễ nhớ là tốt nhất.
password-new = Mật khẩu mới
password-present = Mật khẩu hiện tại
password-short = Đặt mật khẩu dài từ { $least } ký tự trở lên.
password-long = Rút ngắn mật khẩu còn nhiều nhất { $most } ký tự.
password-common = Mật khẩu này có nhiều người dùng nên dễ đoán. Đặt mật khẩu khác.
password-name = Mật khẩu có chứa tên người, tên đăng nhập, tên đơn vị hoặc “Hài Lòng” nên dễ đoán. Đặt mật khẩu khác.
link-setup = Lập tài khoản quản trị đầu tiên
link-setup-say = Tài khoản này quản lý toàn bộ dịch vụ và mời những người khác.
link-choose = Đặt mật khẩu
link-choose-say = Đặt mật khẩu cho { $name }, tên đăng nhập { $login }.
link-too-short = Vai trò của tài khoản cần mật khẩu dài từ { $least } ký tự trở lên. Đặt mật khẩu mới để tiếp tục.
link-go = Lưu mật khẩu
link-useless = Liên kết này không dùng được nữa
link-useless-say = Mỗi liên kết dùng một lần, trong 30 phút. Đề nghị người quản trị gửi liên kết mới.
role-officer = Cán bộ một cửa
role-typist = Người nhập phiếu giấy
role-manager = Trưởng đơn vị
role-leader = Lãnh đạo Sở
role-admin = Quản trị
role-inspector = Người giám sát
account-name = Họ và tên
account-login = Tên đăng nhập
account-role = Vai trò
account-roles = Vai trò
account-no-role = Chưa có vai trò
account-unit = Đơn vị (gồm cả các đơn vị trực thuộc)
account-everywhere = Tất cả đơn vị
account-name-needed = Nhập họ và tên, nhiều nhất 100 ký tự.
account-login-needed = Nhập tên đăng nhập từ 2 đến 100 ký tự, không có dấu cách.
account-login-taken = Tên đăng nhập “{ $login }” đã có người dùng. Chọn tên khác.
account-role-unknown = Không có vai trò này. Chọn một vai trò trong danh sách: officer, typist, manager, leader, admin, inspector.
account-role-for-all = Vai trò này ({ $role }) luôn gồm tất cả đơn vị. Chọn “Tất cả đơn vị”.
account-last-admin = Đây là người quản trị cuối cùng. Giao vai trò quản trị cho người khác trước.
account-last-inspector = Đây là người giám sát cuối cùng. Giao vai trò giám sát cho người khác trước.
account-is-disabled = Tài khoản đang bị khoá. Mở lại trước khi gửi liên kết.
mine-title = Tài khoản của tôi
mine-password-changed = Mật khẩu đã được đổi. Các phiên làm việc khác đã kết thúc.
mine-change-password = Đổi mật khẩu
mine-change-say = Sau khi đổi, mọi phiên làm việc khác của tài khoản này kết thúc.
mine-sessions = Các phiên làm việc
mine-sessions-say = Nơi tài khoản đang đăng nhập. Kết thúc phiên nào không phải của mình, rồi đổi mật khẩu.
mine-since = Bắt đầu
mine-seen = Dùng lần cuối
mine-this = Phiên này
mine-end = Kết thúc
mine-end-one = Kết thúc phiên bắt đầu lúc { $time }
mine-end-others = Kết thúc mọi phiên khác
users-title = Người dùng
users-new = Mời người dùng
users-new-say = Mỗi người một tài khoản. Sau khi lưu sẽ có một liên kết để người đó tự đặt mật khẩu.
users-new-go = Lưu và tạo liên kết
users-last = Đăng nhập lần cuối
users-never = Chưa đăng nhập
users-state = Trạng thái
users-active = Đang dùng
users-invited = Đã mời, chưa đặt mật khẩu
users-disabled = Đã khoá lúc { $time }
users-given = Gửi liên kết này cho người dùng. Liên kết dùng một lần, trong 30 phút, và chỉ hiện ở đây.
users-self = Đây là tài khoản của chính người đang đăng nhập; người quản trị khác mới đổi được vai trò của tài khoản này.
users-back = Về danh sách người dùng
users-cancel = Quay lại, không thay đổi
users-roles = Đổi vai trò
users-roles-of = Vai trò của { $name }
users-roles-say = Sau khi lưu, người này phải đăng nhập lại.
users-roles-kept = Vai trò đang có (bỏ chọn để thu lại)
users-roles-more = Thêm một vai trò
users-roles-go = Lưu vai trò
users-disable = Khoá tài khoản
users-disable-say = Người này không đăng nhập được nữa và mọi phiên làm việc kết thúc ngay. Những việc đã làm vẫn còn trong nhật ký. Có thể mở lại sau.
users-enable = Mở lại tài khoản
users-enable-say = Người này đăng nhập được trở lại bằng mật khẩu cũ.
users-link = Tạo liên kết đặt mật khẩu
users-link-say = Sẽ có một liên kết mới, dùng một lần trong 30 phút; các liên kết cũ không dùng được nữa. Mật khẩu cũ vẫn dùng được cho đến khi đặt mật khẩu mới.
users-sessions = Kết thúc các phiên làm việc
users-sessions-say = Người này phải đăng nhập lại trên mọi máy.

### Phiếu giấy: nhập từ phiếu đánh số
nav-paper = Phiếu giấy
paper-title = Phiếu giấy
paper-say = Mỗi tập phiếu gồm các phiếu đánh số của một đơn vị. Người nhập không thuộc đơn vị được đánh giá. Giữ phiếu giấy 24 tháng.
paper-none = Chưa có tập phiếu nào.
paper-new = Mở tập phiếu
paper-new-say = Đánh số các phiếu từ 1 và ghi tên tập lên phiếu trước khi nhập.
paper-new-go = Mở tập phiếu
paper-label = Tên tập phiếu
paper-unit = Đơn vị
paper-procedure = Thủ tục (nếu phiếu hỏi về một thủ tục)
paper-form = Mẫu phiếu
paper-version = phiên bản { $n }
paper-days = Ngày của phiếu
paper-first = Từ ngày (31/12/2026)
paper-last = Đến ngày (31/12/2026)
paper-sheets = Số phiếu
paper-choose = Chọn
paper-turns = Cách nhập
paper-twice = Hai người nhập, người giám sát xử lý chỗ khác nhau
paper-once = Một người nhập
paper-twice-say = Hai người nhập mỗi phiếu; chỗ khác nhau do người giám sát xử lý (nên dùng)
paper-label-needed = Nhập tên tập phiếu, nhiều nhất 60 ký tự.
paper-label-taken = Tên tập phiếu “{ $label }” đã có. Chọn tên khác.
paper-form-needed = Chọn một mẫu phiếu.
paper-days-needed = Nhập ngày đầu và ngày cuối, dạng 31/12/2026; ngày cuối không trước ngày đầu và không sau hôm nay.
paper-sheets-needed = Nhập số phiếu từ 1 đến { $most }.
paper-unit-not-then = { $name } không hoạt động trong những ngày này. Chọn đơn vị hoặc ngày khác.
paper-procedure-not-then = Thủ tục { $name } không có hiệu lực trong những ngày này. Chọn thủ tục hoặc ngày khác.
paper-procedure-not-asked = Mẫu phiếu này không hỏi về thủ tục. Bỏ chọn thủ tục.
paper-batch = Tập phiếu { $label }
paper-progress = Tiến độ
paper-state-empty = Chưa nhập
paper-state-once = Đã nhập một lần
paper-state-differs = Hai lần nhập khác nhau
paper-state-due = Đang chờ ghi
paper-state-stored = Đã ghi
paper-type-next = Nhập phiếu số { $n }
paper-nothing-to-type = Không còn phiếu nào để tài khoản này nhập. Phiếu đã nhập lần một do người khác nhập lần hai.
paper-settle-one = Xử lý phiếu số { $n }
paper-back = Về danh sách tập phiếu
paper-to-batch = Về tập phiếu
paper-saved = Đã lưu phiếu số { $n }.
paper-sheet = Phiếu số { $n }, tập { $label }
paper-sheet-say = Gõ một chữ số cho mỗi câu rồi bấm Tab; bấm Enter để lưu. Câu để trống trên phiếu gõ 0.
paper-settle = Xử lý phiếu số { $n }, tập { $label }
paper-settle-say = Hai người đọc phiếu này khác nhau. Xem phiếu giấy và gõ đúng những gì ghi trên phiếu.
paper-both = Lần một: { $one }. Lần hai: { $other }.
paper-zero = để trống
paper-day = Ngày trên phiếu
paper-day-wrong = Nhập ngày dạng 31/12/2026, hoặc để trống nếu phiếu không ghi ngày.
paper-day-outside = Ngày trên phiếu phải từ { $from } đến { $to }, là những ngày của tập phiếu.
paper-save = Lưu phiếu
paper-missing = gõ một chữ số, hoặc 0 nếu câu để trống trên phiếu.
paper-unknown = không có lựa chọn này. Gõ một chữ số trong danh sách.
paper-several = chỉ gõ một chữ số.
paper-long = dài quá { $n } ký tự. Rút ngắn còn { $most }.
paper-blank = Phiếu này để trống mọi câu nên không ghi. Bỏ qua số phiếu này.
paper-one-person = Tài khoản này đã nhập phiếu này. Người khác phải nhập lần hai.
paper-typed-already = Phiếu này đã được nhập đủ. Nhập phiếu tiếp theo.
import-paper-account = Phiếu giấy cần biết ai đã nhập. Thêm --by TÊN_ĐĂNG_NHẬP của người nhập.
import-paper-sheet = { import-cell }: số phiếu phải từ 1 đến { $most }.
import-paper-label = { import-cell }: tên tập phiếu phải có và không quá 60 ký tự.
import-paper-not-yours = { import-cell }: tài khoản này không được nhập phiếu của «{ $value }». Người nhập phải được giao đơn vị này và không làm việc ở đó.
import-paper-not-then = { import-cell }: «{ $value }» sau hôm nay, hoặc đơn vị không hoạt động trong ngày đó.
import-paper-procedure-not-then = { import-cell }: thủ tục «{ $value }» không có hiệu lực trong ngày trên phiếu.
import-paper-procedure-not-asked = { import-cell }: mẫu phiếu này không hỏi về thủ tục; hãy để trống ô này.
import-paper-other-batch = { import-cell }: tập phiếu «{ $value }» thuộc đơn vị, thủ tục hoặc mẫu phiếu khác; mỗi tập chỉ có một đơn vị, một thủ tục và một mẫu.
import-paper-twice = { import-cell }: phiếu số «{ $value }» của tập này đã có ở một dòng trên; mỗi phiếu chỉ ghi một dòng.
import-paper-one-person = { import-cell }: tài khoản này đã nhập phiếu số «{ $value }» với nội dung khác; người khác phải nhập lần hai.
import-paper-typed = { import-cell }: phiếu số «{ $value }» đã được nhập đủ.
import-paper-missing = { import-cell }: để trống; cần một chữ số, hoặc 0 nếu câu để trống trên phiếu.
import-paper-unknown = { import-cell }: không có lựa chọn «{ $value }»; cần một chữ số có trong câu hỏi, 0 nếu để trống, 9 nếu không áp dụng.
import-paper-several = { import-cell }: «{ $value }» có nhiều hơn một lựa chọn; câu này chỉ chọn một.
import-paper-long = { import-cell }: dài quá { $n } ký tự.
import-paper-blank = { import-row }: phiếu để trống mọi câu nên không ghi; hãy bỏ dòng này.
# Nghe câu hỏi (tệp âm thanh đi kèm phiếu)
import-sound-missing = { import-cell }: không có tệp «{ $value }» trong thư mục âm thanh đi kèm phiếu; hiện có: { $known }.
import-sound-too-big = { import-cell }: tệp «{ $value }» lớn hơn { $most } KiB; hãy đọc ngắn hơn hoặc nén nhỏ hơn.
import-sound-not-opus = { import-cell }: tệp «{ $value }» không phải âm thanh Opus; hãy xuất lại thành tệp .opus.

# Bàn giao mã
issue-unit-not-ended = Đơn vị «{ $code }» chưa hết hiệu lực nên mã vẫn thuộc đơn vị đó; chỉ bàn giao mã của đơn vị đã kết thúc.
issue-no-successor = Đơn vị «{ $code }» không có đơn vị kế thừa đang hoạt động; hãy nạp lại tệp đơn vị với cột successor rồi bàn giao.
issue-handed-over = Đã chuyển { $n } mã của { $from } sang { $to }. Đánh giá cũ vẫn thuộc đơn vị cũ.
issue-revoked = Điểm khảo sát số { $point } đã ngừng dùng; mã của điểm này không mở phiếu nữa.
## In ấn
print-question = Quý vị hài lòng ở mức nào?
print-quick = Chỉ 10 giây · không cần đăng nhập · không ghi tên
print-step-open = Mở máy ảnh hoặc ứng dụng quét mã
print-step-scan = Quét mã
print-step-send = Chọn mức độ và gửi
print-place = { $host } · mã
print-procedure = Thủ tục: { $name }
print-invite = Mời quý vị đánh giá
print-scan = Quét mã bằng điện thoại, hoặc vào { $host } và nhập mã
print-scan-line = Mời quý vị đánh giá: quét mã, hoặc vào { $host } và nhập mã này.
print-no-name = Không ghi tên người đánh giá.
print-until = Dùng đến hết ngày { $day }.
print-printed = In ngày { $day }
print-simulated = Dữ liệu mô phỏng
print-unknown-unit = Không có đơn vị nào mang mã «{ $code }»; cần mã của một đơn vị đã nhập.
print-no-points = Không có điểm khảo sát nào đang mở để in; hãy tạo bằng «hailong issue point».
print-once = Phiếu mời chỉ dùng được một lần, không in lên «{ $piece }»; cần code, slip-58 hoặc slip-80.
print-used = Phiếu mời này đã được dùng, không in lại được.
print-expired = Phiếu mời này đã hết hạn ngày { $day }, không in lại được.
print-closed = Điểm khảo sát này đã ngừng dùng, không in được.
print-pages = In được { $n } trang, nhưng tệp { $format } chỉ chứa một trang; cần PDF.
print-format = Không nhận ra định dạng của tệp «{ $file }»; cần tên kết thúc bằng .pdf, .svg hoặc .png, hoặc «--format».
print-only-code = «--{ $option }» chỉ dùng khi in riêng mã («--piece code» thành SVG hoặc PNG).
print-terminal = Tệp PDF và PNG không hiện được trên màn hình; cần «--out TỆP».

## In mã QR
nav-codes = In mã QR
codes-title = In mã QR
codes-say = Mỗi nơi người dân có thể đánh giá có một mã riêng. Chọn nơi cần in, xem trước, quét thử rồi mới in. In lại không làm đổi mã.
codes-none = Chưa có mã nào. Bước tiếp theo: thêm một quầy.
codes-new = Thêm quầy và tạo mã
codes-new-say = Mã mới dùng được ngay. Người dân quét mã ở đâu thì đánh giá về đơn vị và thủ tục ghi ở đây.
codes-new-go = Tạo mã
codes-several = In nhiều mã trong một tệp
codes-unit = Đơn vị
codes-all = Tất cả đơn vị
codes-piece = Khổ in
piece-a4 = Áp phích A4 treo tường, đọc từ 72 cm
piece-a5 = Biển A5 đặt quầy, đọc từ 42 cm
piece-stickers = Nhãn dán, 12 nhãn một tờ A4, đọc từ 19 cm
codes-languages = Ngôn ngữ
codes-one-language = Tiếng Việt
codes-two-languages = Tiếng Việt và một dòng tiếng Anh
codes-preview = Xem trước
codes-preview-title = Xem trước khi in
codes-place = Nơi đặt mã
codes-number = Điểm số { $n }
codes-about = Đánh giá về
codes-ways = Việc cần làm
codes-print = In
codes-renew = Đổi mã
codes-renew-say = Nơi này sẽ có mã mới. Mọi tờ đã in của mã cũ ngừng dùng ngay và phải thay; đánh giá đã nhận vẫn giữ nguyên.
codes-revoke = Ngừng dùng
codes-revoke-say = Mã của nơi này không mở phiếu nữa; người quét thấy lời báo. Đánh giá đã nhận vẫn giữ nguyên. Không thể dùng lại mã đã ngừng.
codes-page = Trang { $n } trên { $of }
codes-before = Trang trước
codes-after = Trang sau
codes-sheets = Sẽ in { $n } tờ. Dưới đây là tờ đầu tiên, đúng cỡ thật: { $unit }.
codes-step-scan = Quét thử mã này bằng điện thoại trước khi in.
codes-step-file = Tải tệp PDF
codes-step-print = In đúng cỡ 100%, không thu phóng theo trang, giấy trắng không bóng.
codes-picture = Tờ in đầu tiên
codes-back = Về danh sách mã
codes-label = Tên nơi đặt mã, ví dụ Quầy 1
codes-procedure = Thủ tục
codes-channel = Cách đánh giá
codes-choose = Chọn…
codes-citizen-chooses = Người dân tự chọn thủ tục
codes-unit-needed = Chọn một đơn vị đang hoạt động.
codes-label-needed = Nhập tên nơi đặt mã, không quá { $most } ký tự.
codes-channel-needed = Chọn một cách đánh giá.
channel-counter = Quét mã tại quầy
channel-online = Đường dẫn trên mạng
channel-postal = Gửi kèm kết quả qua bưu chính
channel-round = Đợt khảo sát
## Niêm phong: kiểm chứng, neo, khóa
verify-read = Đã đọc { $responses } phần trả lời, { $audit } dòng nhật ký, { $anchors } neo.
verify-whole = Nguyên vẹn: mọi dòng đúng như khi niêm phong.
verify-broken = Niêm phong đã vỡ: { $n } chỗ không đúng như khi niêm phong.
verify-more = … và { $n } chỗ nữa.
verify-erased = { $n } phần trả lời có ý kiến đã được xóa đúng thủ tục.
verify-code-made = Mã ngắn của neo vừa tạo: { $code }
verify-row = { $chain ->
    [audit] Dòng nhật ký số { $n } không đúng như khi niêm phong.
   *[other] Phần trả lời số { $n } không đúng như khi niêm phong.
}
verify-gap = { $chain ->
    [audit] Thiếu dòng nhật ký từ số { $from } đến số { $n }.
   *[other] Thiếu phần trả lời từ số { $from } đến số { $n }.
}
verify-number = { $chain ->
    [audit] Có dòng nhật ký mang số { $n }; số phải từ 1 trở lên.
   *[other] Có phần trả lời mang số { $n }; số phải từ 1 trở lên.
}
verify-unreadable = { $chain ->
    [audit] Không đọc được dòng nhật ký số { $n }: có cột chứa kiểu dữ liệu lạ.
   *[other] Không đọc được phần trả lời số { $n }: có cột chứa kiểu dữ liệu lạ.
}
verify-head = { $chain ->
    [audit] Đầu chuỗi nhật ký ghi số { $n }, dòng cuối đọc được là số { $last }, hoặc mã băm của hai bên khác nhau.
   *[other] Đầu chuỗi trả lời ghi số { $n }, dòng cuối đọc được là số { $last }, hoặc mã băm của hai bên khác nhau.
}
verify-head-missing = { $chain ->
    [audit] Mất đầu chuỗi nhật ký; dòng cuối đọc được là số { $n }.
   *[other] Mất đầu chuỗi trả lời; dòng cuối đọc được là số { $n }.
}
verify-comment-missing = Ý kiến của phần trả lời số { $n } không còn, mà nhật ký không ghi việc xóa.
verify-comment-changed = Ý kiến của phần trả lời số { $n } không đúng như khi niêm phong.
verify-comment-added = Phần trả lời số { $n } có ý kiến mà khi niêm phong không có.
verify-trigger = Thiếu, bị sửa hoặc bị tắt lớp chặn sửa xóa «{ $name }» của cơ sở dữ liệu.
verify-migration = Bước nâng cấp cơ sở dữ liệu số { $n } không đúng với phần mềm này.
verify-anchor-unreadable = Neo «{ $name }» không đọc được; cần tệp neo do phần mềm này tạo.
verify-anchor-signature = Chữ ký của neo «{ $name }» không phải của khóa này.
verify-anchor-row = { $chain ->
    [audit] Dòng nhật ký số { $n } khác với neo «{ $name }».
   *[other] Phần trả lời số { $n } khác với neo «{ $name }».
}
verify-anchor-beyond = { $chain ->
    [audit] Neo «{ $name }» ghi nhật ký đến số { $n }, nay chỉ còn đến số { $last }: phần sau đã mất.
   *[other] Neo «{ $name }» ghi trả lời đến số { $n }, nay chỉ còn đến số { $last }: phần sau đã mất.
}
verify-anchor-units = Neo «{ $name }» ghi đơn vị «{ $unit }» có { $then } phần trả lời, nay đếm được { $now }.
verify-code = Không có neo nào mang mã ngắn «{ $code }»: dữ liệu không phải là dữ liệu đã in mã này.
verify-invitations = Đơn vị «{ $unit }», kênh «{ $channel }»: { $used } phiếu mời đã dùng, nhưng có { $n } phiếu trả lời theo phiếu mời.
seal-title = Niêm phong
seal-say = Mỗi phiếu trả lời và mỗi việc trong nhật ký được nối với dòng trước bằng một mã băm có khóa. Mỗi ngày, đầu của hai chuỗi được ký và gửi ra ngoài; bản đã ký gọi là neo. Sửa, xóa hay chèn một dòng thì kiểm chứng sẽ chỉ ra.
seal-late = Đã quá 48 giờ không có nơi bên ngoài nào nhận neo của niêm phong. Hãy báo người vận hành kiểm tra thư mục nhận neo.
seal-key = Khóa công khai để kiểm tra chữ ký của neo
seal-code = Mã ngắn của neo mới nhất
seal-last = Các neo gần đây
seal-none = Chưa có neo nào.
seal-at = Lúc
seal-short = Mã ngắn
seal-responses = Phần trả lời
seal-audit = Dòng nhật ký
seal-receivers = Nơi bên ngoài đã nhận
seal-how = Cách kiểm chứng
seal-how-run = Người vận hành chạy lệnh dưới đây trên máy chủ, kèm tệp neo mà cơ quan giám sát giữ. Kết quả là «nguyên vẹn», hoặc từng chỗ không đúng.
seal-how-paper = Mã ngắn in trên báo cáo giấy cũng kiểm chứng được, với --code thay cho --anchor.
nav-seal = Niêm phong
results-seal = Mã niêm phong: { $code }
