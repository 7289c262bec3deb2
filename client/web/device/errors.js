/** Refusals of the device: one table of codes, one exception. Codes of the server pass through with its own texts. */

/** @type {Record<string, [vi: string, en: string]>} */
export const MESSAGES = {
  "app.part_missing": ["Phần này của ứng dụng chưa tải về máy. Phiếu vẫn ghi được. Khi có mạng, hãy thử lại.", "This part of the app is not on the device yet. Filling in works. Try again with a network."],
  "device.insecure": ["Địa chỉ này không an toàn (http). Hãy mở bằng địa chỉ https đã được cấp.", "This address is not secure (http). Open the https address you were given."],
  "device.failure": ["Ứng dụng gặp lỗi. Dữ liệu đã lưu vẫn còn. Hãy mở lại ứng dụng.", "The app failed. What was saved is still there. Open the app again."],
  "store.unavailable": ["Trình duyệt không cho lưu dữ liệu. Hãy tắt chế độ ẩn danh hoặc giải phóng bộ nhớ.", "The browser refuses to store data. Leave private mode or free some space."],
  "store.full": ["Máy hết bộ nhớ, chưa lưu được. Hãy xóa bớt ảnh hoặc tệp rồi thử lại.", "The phone's storage is full; this was not saved. Free some space and try again."],
  "store.failed": ["Không ghi được vào máy. Hãy đóng rồi mở lại ứng dụng.", "Writing to this device failed. Close the app and open it again."],
  "store.contended": ["Một cửa sổ khác đang ghi. Hãy đóng bớt cửa sổ rồi thử lại.", "Another window is writing. Close it and try again."],
  "store.not_read_back": ["Ghi rồi nhưng đọc lại không thấy. Bản nháp vẫn còn, hãy thử lại.", "What was written could not be read back. The draft is kept; try again."],
  "vault.locked": ["Ứng dụng đang khóa. Hãy nhập mã PIN.", "The app is locked. Enter the PIN."],
  "vault.unknown": ["Không có người này trên máy.", "This person is not on this device."],
  "vault.wrong_pin": ["Mã PIN không đúng.", "The PIN is wrong."],
  "vault.wait": ["Nhập sai nhiều lần. Hãy chờ rồi thử lại.", "Too many wrong PINs. Wait, then try again."],
  "vault.pin_weak": ["Mã PIN gồm 6 đến 12 chữ số.", "A PIN has 6 to 12 digits."],
  "vault.needs_reset": ["Đã báo quên mã PIN. Hãy xin xã liên kết cài đặt mới.", "The PIN was reported forgotten. Ask the commune for a new enrolment link."],
  "enrol.link": ["Liên kết cài đặt không đúng. Hãy mở lại liên kết hoặc quét lại mã QR.", "This is not an enrolment link. Open the link or scan the QR code again."],
  "enrol.other_server": ["Liên kết này của máy chủ khác. Hãy mở liên kết trong trình duyệt.", "This link is of another server. Open the link itself in the browser."],
  "enrol.server_key": ["Máy chủ trả lời không đúng khóa ghi trong liên kết. Không cài đặt. Hãy báo người cấp liên kết.", "The server's key is not the one named in the link. Nothing was set up. Tell whoever gave you the link."],
  "form.unknown": ["Máy chưa có biểu mẫu này. Hãy kết nối mạng một lần.", "This form is not on the device yet. Go online once."],
  "form.invalid": ["Phiếu còn chỗ cần sửa.", "Some answers need attention."],
  "form.not_allowed": ["Vai trò của bạn không được làm việc này.", "Your role may not do this."],
  "record.unknown": ["Không tìm thấy phiếu này trên máy.", "This record is not on the device."],
  "record.no_draft": ["Không có bản nháp để gửi.", "There is no draft to finalise."],
  "record.locked": ["Phiếu này đã khóa, không sửa được.", "This record is locked and cannot be changed."],
  "record.reason_missing": ["Hãy ghi lý do.", "Give a reason."],
  "file.unreadable": ["Không đọc được tệp này. Hãy chụp hoặc chọn lại.", "This file could not be read. Take or choose it again."],
  "file.empty": ["Tệp này trống. Hãy chụp hoặc chọn lại.", "This file is empty. Take or choose it again."],
  "file.too_large": ["Tệp quá lớn. Hãy chọn tệp nhỏ hơn 32 MB.", "The file is too large. Choose one below 32 MB."],
  "file.too_many": ["Phiếu có quá nhiều ảnh và tệp. Một phiếu giữ được nhiều nhất 100.", "Too many photos and files: one record holds at most 100."],
  "file.lost": ["Một ảnh hoặc tệp của phiếu không còn trên máy. Hãy chụp hoặc chọn lại.", "A photo or file of this record is no longer on the device. Take or choose it again."],
  "bundle.nothing": ["Không có gì để chuyển giao: mọi phiếu đã được máy chủ nhận.", "There is nothing to hand over: the server has received everything."],
  "bundle.unknown": ["Đây không phải gói của Chung Sức. Hãy chọn tệp có tên bắt đầu bằng chung-suc.", "This is no bundle of Chung Sức. Choose a file whose name begins with chung-suc."],
  "bundle.damaged": ["Gói bị hỏng hoặc thiếu một phần. Hãy xin gửi lại tệp; phiếu vẫn nằm trong máy làm ra gói.", "The bundle is damaged or cut. Ask for the file again; everything is still on the device that made it."],
  "bundle.version": ["Gói do phiên bản mới hơn làm ra. Hãy cập nhật ứng dụng rồi mở lại.", "This bundle was made by a newer version. Update the app and open it again."],
  "bundle.too_large": ["Gói quá lớn. Hãy làm lại gói: ứng dụng sẽ chia thành nhiều tệp.", "The bundle is too large. Make it again: the app divides it into several files."],
  "bundle.other_server": ["Gói này của huyện khác, không nhận. Hãy đưa đến đúng nơi.", "This bundle is of another district. Take it to where it belongs."],
  "bundle.other_device": ["Gói này gửi cho máy khác. Hãy mở trên máy đã làm ra gói gửi đi.", "This bundle is for another device. Open it on the device that handed over."],
  "bundle.other_content": ["Đã có một gói cùng mã nhưng nội dung khác. Hãy xin làm lại gói mới.", "A bundle with the same number and other content is here already. Ask for a new one."],
  "bundle.carrier_only": ["Đây là gói gửi lên máy chủ. Hãy mở nó bằng máy tính của xã để chuyển tiếp.", "This bundle is on its way to the server. Open it on the commune's laptop, which carries it on."],
  "practice.not_sent": ["Đang thực hành: không gửi, không nhận gì.", "This is practice: nothing is sent or received."],
  "step.forbidden": ["Phiếu không còn ở bước này, hoặc vai trò của bạn không được làm bước này. Hãy xem lại phiếu.", "The record is past this step, or your role may not take it. Look at the record again."],
  "step.content_changed": ["Phiếu vừa có nội dung mới. Hãy xem lại rồi quyết định.", "The record has new content. Look at it again, then decide."],
  "review.unopened": ["Phiếu này chưa được mở xem với nội dung mới nhất. Hãy mở từng phiếu trước khi duyệt nhiều phiếu.", "This record was not opened with its newest content. Open each one before approving several."],
  "drive.gone": ["USB hoặc tệp không còn ở đó. Hãy cắm lại rồi thử lại.", "The USB drive or the file is gone. Plug it in again and try again."],
  "drive.failed": ["Không ghi được vào USB. Có thể USB đầy, hỏng hoặc bị khóa ghi. Hãy thử USB khác.", "Writing to the USB drive failed. It may be full, broken or locked. Try another one."],
  "undo.expired": ["Không lấy lại được nữa.", "This can no longer be undone."],
  "date.unconfirmed": ["Ngày của máy có vẻ sai. Hãy cho biết hôm nay là ngày nào.", "The device's date looks wrong. Say what day it is today."],
  "server.address": ["Đây không phải địa chỉ máy chủ. Hãy gõ cả https://…, như xã hoặc huyện đã báo.", "This is no server address. Type all of it, with https://, as the commune or district gave it."],
  "server.other": ["Ở địa chỉ này là một máy chủ khác. Không gửi gì tới đó. Hãy hỏi lại xã hoặc huyện.", "Another server answers at this address. Nothing was sent to it. Ask the commune or district again."],
  "server.elsewhere": ["Máy chủ nói địa chỉ của nó là địa chỉ khác. Không gửi gì tới đó. Hãy gõ đúng địa chỉ đã được báo.", "The server says that its address is another one. Nothing was sent there. Type the address exactly as it was given."],
  "net.offline": ["Chưa có mạng. Phiếu vẫn nằm an toàn trong máy và sẽ tự gửi sau.", "No network yet. Everything is safe on the device and will be sent later."],
  "net.timeout": ["Mạng quá yếu, chưa gửi được. Máy sẽ tự gửi lại.", "The network is too weak. The device will try again."],
  "net.captive": ["Mạng Wi-Fi này đòi đăng nhập hoặc chặn máy chủ. Hãy đăng nhập Wi-Fi hoặc dùng mạng khác.", "This Wi-Fi wants a sign-in or blocks the server. Sign in to it or use another network."],
  "net.unsigned": ["Câu trả lời không phải của máy chủ thật. Không nhận gì. Hãy dùng mạng khác.", "The answer was not signed by the real server. Nothing was taken. Use another network."],
  "net.server": ["Máy chủ đang có sự cố. Máy sẽ tự gửi lại.", "The server has a problem. The device will try again."],
  "net.document": ["Tải biểu mẫu về bị hỏng giữa chừng. Máy sẽ tự tải lại.", "A form arrived damaged. The device will fetch it again."],
  "net.file": ["Tải ảnh hoặc tệp về bị hỏng giữa chừng. Hãy mở lại.", "A photo or file arrived damaged. Open it again."],
  "device.revoked": ["Thiết bị này đã bị thu hồi quyền. Phiếu chưa gửi vẫn được gửi lên.", "This device was revoked. What was not sent is still sent."],
  "device.expired": ["Giấy phép của thiết bị đã hết hạn. Phiếu chưa gửi vẫn được gửi lên. Hãy xin xã liên kết cài đặt mới.", "This device's certificate has expired. What was not sent is still sent. Ask the commune for a new enrolment link."],
  "device.cloned": ["Bộ nhớ của thiết bị này đã bị sao chép sang máy khác. Hãy xin xã liên kết cài đặt mới để có khóa mới.", "This device's storage was copied to another one. Ask the commune for a new enrolment link, and so for a new key."],
  "device.gap": ["Máy chủ còn thiếu một thay đổi đã lập trên máy này hơn một tuần nay. Hãy đưa máy tới xã, hoặc tìm tệp đã nhờ mang đi.", "For more than a week the server has lacked a change made on this device. Take it to the commune, or look for the file somebody carried."],
};

/** What home says of the device itself, in words. @param {string} code */
export function notice(code) {
  const { message_vi, message_en } = new DeviceError(code);
  return { code, message_vi, message_en };
}

/** A refusal or failure with a stable code and words for its reader; `cause` is for the log, never shown. */
export class DeviceError extends Error {
  /**
   * @param {string} code of MESSAGES, or a server's own
   * @param {Record<string, any>} [details]
   * @param {unknown} [cause]
   * @param {{vi?: string, en?: string}} [texts] of a code that is not in the table
   */
  constructor(code, details = {}, cause = undefined, texts = {}) {
    const [vi, en] = MESSAGES[code] ?? [texts.vi ?? MESSAGES["device.failure"][0], texts.en ?? MESSAGES["device.failure"][1]];
    super(`${code}: ${en}`, { cause });
    this.name = "DeviceError";
    this.code = code;
    this.message_vi = vi;
    this.message_en = en;
    this.details = details;
  }
}
