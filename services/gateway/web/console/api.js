// api.js - calls to the node: /v1/{service}/{Method}. Whatever is refused comes as a Problem (RFC 9457) with all its problems.
import {language} from "./words.js";

export const session = {
  who: null,
  units: {},
  aheadMs: 0
};  // aheadMs: the node's clock before this computer's

export class Problem extends Error {
  constructor(body, status) {
    super(body.detail || body.title || String(status));
    Object.assign(this, { reason: body.reason || "", problems: body.problems || [], status });
  }
}

function headers(more) {
  const sent = { "Content-Type": "application/json", "Accept-Language": language(), ...more };
  if (session.who && session.who.csrfToken) sent["X-CSRF-Token"] = session.who.csrfToken;
  return sent;
}

async function send(method, path, body, more) {
  let response;
  const isFile = body instanceof Blob;
  try {
    response = await fetch(path, {
      method,
      headers: headers(isFile ? {...more, "Content-Type": "application/octet-stream" } : more),
      body: body === undefined || isFile ? body : JSON.stringify(body),
      credentials: "same-origin"
    });
  } catch (_) {
    throw new Problem(
        {
          reason: "NO_CONNECTION",
          detail: language() === "en" ? "The node cannot be reached; nothing is lost. Try again." :
                                        "连接不上服务器，未丢失任何内容，请重试。"
        },
        0);
  }
  if (response.ok && response.headers.get("Content-Disposition")) return response.blob();
  const answer = await response.json().catch(() => ({}));
  if (response.ok) return answer;
  if (response.status === 401 && session.who) {
    session.who = null;
    m.redraw();
  }
  throw new Problem(answer, response.status);
}

// "gateway.GetReport" with its request; key: the idempotency key of a call that writes; dry: done, answered and undone.
export function call(method, request = {}, key = undefined, dry = false) {
  return send("POST", "/v1/" + method.replace(".", "/"), request,
              {...(key && { "Idempotency-Key": key }), ...(dry && { "Workrelief-Dry-Run": "1" }) });
}

// A ledger's file: sent, then asked after until its import has ended; told(progress) each time.
export async function sendLedger(kind, file, about, told) {
  const query = new URLSearchParams(Object.entries(about).filter(([, text]) => text)).toString();
  const { upload } = await send("POST", `/v1/ledger/${kind}${query ? "?" + query : ""}`, file);
  for (let pause = 200;; pause = Math.min(2000, pause * 1.3)) {
    await new Promise((resolve) => setTimeout(resolve, pause));
    const progress = await send("GET", "/v1/ledger/" + upload);
    if (progress.state === "DONE") return progress;
    told(progress);
  }
}

// A workbook: ordered, then asked after until it is there.
export async function exportBook(book, about) {
  const query = new URLSearchParams(Object.entries(about).filter(([, text]) => text)).toString();
  const ordered = await send("POST", `/v1/export/${book}${query ? "?" + query : ""}`);
  for (let pause = 200;; pause = Math.min(2000, pause * 1.3)) {
    const file = await send("GET", "/v1/export/" + ordered["export"]);
    if (file instanceof Blob) return file;
    await new Promise((resolve) => setTimeout(resolve, pause));
  }
}

// All rows of a paged list, at most `most`; `cut` says that there are more.
export async function rows(method, request = {}, most = 2000) {
  const all = [];
  for (let token = "";;) {
    const page = await call(method, {...request, pageSize: 200, pageToken: token });
    all.push(...(page.rows || []));
    token = page.nextPageToken || "";
    if (!token || all.length >= most) return Object.assign(all, { cut: Boolean(token) });
  }
}

// A key that is new each time, also where the page did not come over TLS (no crypto.randomUUID there).
export function newKey() {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

// By GET, so that it need not wait for the session's token.
async function units() {
  const all = [];
  for (let token = "";;) {
    const page = await send("GET", "/v1/registry/ListUnits?pageSize=200&pageToken=" + encodeURIComponent(token));
    all.push(...(page.rows || []));
    token = page.nextPageToken || "";
    if (!token || all.length >= 2000) return all;
  }
}

export async function begin() {
  session.who = null;
  const asked = units().catch(() => []);
  session.who = await send("GET", "/v1/session");
  session.aheadMs = Number(session.who.nowAtUs) / 1000 - Date.now();
  session.units = Object.fromEntries((await asked).map((unit) => [unit.unitId, unit]));
}

export async function logIn(account, password) {
  await send("POST", "/v1/session", { account, password });
  await begin();
}

export const setPassword = (form) => send("POST", "/v1/password", form);

export async function logOut() {
  await send("POST", "/v1/logout", {});
  session.who = null;
}

export const is = (...relations) => session.who && relations.some((relation) => session.who.relations.includes(relation));
export const hasDuty = (duty) => session.who && session.who.duty === duty;
export const unitName = (id) => (session.units[id] && session.units[id].unitName) || id || "";

// What a page shows, asked again when its question changes or when the node says that something changed. What is on the page
// stays until the new answer is there.
const shown = new Set();

export class Resource {
  constructor() {
    Object.assign(this, { data: null, problem: null, loading: false, question: null, load: null });
    shown.add(this);
  }

  want(question, load) {
    const text = JSON.stringify(question);
    this.load = load;
    if (text !== this.question) {
      this.question = text;
      this.again();
    }
    return this;
  }

  async again() {
    if (!this.load) return;
    const asked = this.question;
    this.loading = true;
    try {
      const data = await this.load();
      if (asked === this.question) Object.assign(this, { data, problem: null });
    } catch (problem) {
      if (!(problem instanceof Problem)) console.error(problem);
      if (asked === this.question) Object.assign(this, { problem, data: problem.status ? null : this.data });
    }
    this.loading = asked !== this.question && this.loading;
    m.redraw();
  }

  leave() {
    shown.delete(this);
  }
}

// One thing done: the same content keeps its key until an answer came, so that sending it again after a broken line counts once.
export class Action {
  constructor(method) {
    Object.assign(this, { method, busy: false, problem: null, key: null, sent: null, tried: false });
  }

  // Whether the node would do it: it does, answers, and undoes it.
  async try(request) {
    Object.assign(this, { busy: true, problem: null, tried: false });
    try {
      await call(this.method, request, newKey(), true);
      this.tried = true;
    } catch (problem) {
      this.problem = problem;
    }
    this.busy = false;
    m.redraw();
    return this.tried;
  }

  async run(request) {
    const text = JSON.stringify(request);
    if (text !== this.sent) Object.assign(this, { sent: text, key: newKey() });
    Object.assign(this, { busy: true, problem: null, tried: false });
    try {
      const answer = await call(this.method, request, this.key);
      this.sent = null;
      for (const resource of shown) resource.again();
      return answer;
    } catch (problem) {
      if (!(problem instanceof Problem)) console.error(problem);
      if (problem.status && problem.status !== 503) this.sent = null;
      this.problem = problem;
      return null;
    } finally {
      this.busy = false;
      m.redraw();
    }
  }
}

export const allAgain = () => shown.forEach((resource) => resource.again());

let source = null;
let waiting = null;
let wanted = false;

// Changes are told as they happen; a burst of them makes one reading.
function listen() {
  if (source) source.close();
  source = new EventSource("/v1/events");
  const changed = () => {
    if (!waiting)
      waiting = setTimeout(() => {
        waiting = null;
        for (const resource of shown) resource.again();
      }, 700);
  };
  source.addEventListener("change", changed);
  source.addEventListener("reload", changed);
}

function hush() {
  if (source) source.close();
  source = null;
}

export function live() {
  wanted = true;
  if (document.visibilityState === "visible") listen();
}

export function still() {
  wanted = false;
  hush();
}

// A browser has six connections to a node for all its pages together: one that nobody looks at, or that was left, holds none.
function look() {
  const seen = document.visibilityState === "visible";
  if (!seen) return hush();
  if (!wanted || source) return;
  listen();
  for (const resource of shown) resource.again();
}
document.addEventListener("visibilitychange", look);
window.addEventListener("pageshow", look);
window.addEventListener("pagehide", hush);
