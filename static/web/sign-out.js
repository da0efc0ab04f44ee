// Words kept on this machine go with the person; asked first, for they may be on no other.
import { anyDrafts, forgetAll } from "./drafts.js";

const QUESTION = "Còn nội dung chưa gửi được, chỉ giữ trên máy này. Đăng xuất sẽ xóa nội dung đó. Vẫn đăng xuất?";

document.addEventListener("submit", (event) => {
  if (!event.target.matches("[data-sign-out]")) return;
  if (anyDrafts() && !window.confirm(QUESTION)) {
    event.preventDefault();
  } else {
    document.dispatchEvent(new CustomEvent("signing-out"));
    forgetAll();
  }
});
