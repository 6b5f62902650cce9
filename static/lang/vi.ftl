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
q-procedure = Thủ tục:
q-slip-day = Ngày { $day }
which-procedure = Quý vị vừa làm thủ tục nào?
which-filter = Tìm theo tên thủ tục
which-find = Tìm
which-none = Không có thủ tục nào có tên như vậy. Bỏ bớt chữ hoặc chọn «Việc khác».
which-other = Việc khác

## Lỗi khi gửi
err-prefix = Lỗi:{" "}
err-word = Lỗi:
err-title = Có lỗi cần sửa
err-choose = Chọn một mức độ hài lòng
err-write = Ghi câu trả lời vào ô này
err-long = Ý kiến dài quá { $n } ký tự. Rút ngắn còn 1.000 ký tự.

## Cảm ơn và góp ý thêm
t-h1 = Cảm ơn quý vị đã đánh giá
t-saved = Đánh giá đã được ghi nhận. Quý vị có thể đóng trang này.
t-more = Góp ý thêm (không bắt buộc)
t-why-low = Điều gì khiến quý vị chưa hài lòng?
t-why-high = Điều gì quý vị thấy tốt?
t-comment-hint = Không viết họ tên, số điện thoại, số giấy tờ. Tối đa 1.000 ký tự
t-comment-send = Gửi góp ý
t-contact = Cần được trả lời? { $contact }
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
code-expired-say = Quý vị vẫn có thể góp ý bằng cách quét mã tại quầy.
code-closed = Khảo sát này đã kết thúc ngày { $day }.
code-revoked = Mã này không còn dùng nữa.
code-closed-say = Cảm ơn quý vị. Quý vị có thể quét mã đang treo tại quầy để góp ý.
code-many = Có nhiều lần thử trong thời gian ngắn.
code-many-say = Thử lại sau { $n } phút.

## Trang đầu
home-title = Đánh giá mức độ hài lòng
home-say = Quý vị nhận được phiếu có mã? Nhập mã để đánh giá. Không cần đăng nhập, không ghi tên.
home-results = Kết quả đã công bố
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
privacy-what-say = Mức độ hài lòng và câu trả lời quý vị chọn, ý kiến quý vị viết, đơn vị, thủ tục, kênh và ngày giờ tính tròn đến giờ.
privacy-not = Không giữ những gì
privacy-not-say = Không hỏi và không giữ họ tên, số điện thoại, số giấy tờ, vị trí. Địa chỉ mạng không được ghi lại. Mã hồ sơ, nếu có, chỉ được giữ ở dạng đã mã hoá một chiều và tách khỏi câu trả lời.
privacy-who = Ai xem được
privacy-who-say = Người trực quầy không xem được câu trả lời. Người quản lý chỉ thấy số liệu gộp từ 5 đánh giá trở lên và ý kiến không kèm giờ gửi.
privacy-how-long = Giữ trong bao lâu
privacy-how-long-say = Câu trả lời giữ 5 năm, ý kiến giữ 24 tháng. Trang này chỉ dùng một cookie sống 30 phút để phiếu không bị ghi hai lần.
privacy-rights = Quyền của quý vị
privacy-rights-say = Trả lời là tự nguyện. Vì không ghi tên, đánh giá đã gửi không thể tìm lại để sửa hay rút. Quyền về dữ liệu cá nhân theo Luật Bảo vệ dữ liệu cá nhân số 91/2025/QH15.
privacy-ask = Hỏi ai
privacy-ask-say = Liên hệ Văn phòng Sở Giáo dục và Đào tạo, hoặc hỏi tại nơi quý vị vừa làm thủ tục.
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
