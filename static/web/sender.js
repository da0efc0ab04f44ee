// Sends what was typed, and tells apart why it did not arrive: no connection, nobody signed in, nothing to write to.
const PATIENCE = 30000;

// Not arrived, and to be tried again: what happened, and when it may.
export class Offline extends Error {
  constructor(message = "Mất kết nối", until = "khi có mạng lại") {
    super(message);
    this.until = until;
  }
}
export class SignedOut extends Error {}
export class SomebodyElse extends Error {}
export class Closed extends Error {
  constructor(message, url) {
    super(message);
    this.url = url;
  }
}

export function senderTo(url, user, firstToken) {
  let token = firstToken;

  async function reach(options) {
    const stop = new AbortController();
    const timer = setTimeout(() => stop.abort(), PATIENCE);
    try {
      // A session that has ended answers by leading to the sign-in page.
      const answer = await fetch(url, { credentials: "same-origin", redirect: "manual", signal: stop.signal, ...options });
      if (answer.type === "opaqueredirect") throw new SignedOut();
      if (answer.status >= 500) throw new Offline("Máy chủ chưa ghi được", "khi máy chủ ghi được");
      return answer;
    } catch (error) {
      if (error instanceof SignedOut || error instanceof Offline) throw error;
      throw new Offline();
    } finally {
      clearTimeout(timer);
    }
  }

  // Signing in anew, in another window perhaps, changes the token; and it may be somebody else who did.
  async function renew() {
    const answer = await reach({ method: "GET" });
    if (!answer.ok) throw new Closed("Tài khoản này không còn quyền ghi vào báo cáo. Hãy báo người quản trị của cổng.");
    const now = await answer.json();
    if (String(now.user) !== user) throw new SomebodyElse();
    token = now.token;
    for (const field of document.querySelectorAll("input[name=csrfmiddlewaretoken]")) field.value = token;
  }

  async function post(pairs, keepalive) {
    const headers = { "X-CSRFToken": token };
    const body = new FormData(); // a third of the size of an encoded address, where every letter has a mark
    for (const [name, value] of pairs) body.append(name, value);
    return reach({ method: "POST", body, headers, keepalive });
  }

  return async function send(pairs, { keepalive = false } = {}) {
    let answer = await post(pairs, keepalive);
    if (answer.status === 403) {
      await renew();
      answer = await post(pairs, keepalive);
    }
    if (answer.status === 409) {
      const told = await answer.json();
      throw new Closed(told.closed, told.url);
    }
    if (!answer.ok) throw new Closed("Báo cáo này không còn nhận nội dung. Hãy tải lại trang; nội dung đã nhập vẫn giữ trên máy này.");
    return answer.json();
  };
}
