// parts.js - what every room is made of: problems, waiting, a question asked once, links that keep the quarter.
import {session} from "./api.js";
import {hex, sm3} from "./sm3.js";
import {t} from "./words.js";

// An address of the console with its filters; the quarter goes with it.
export function address(path, filters = {}) {
  const kept = { q: m.route.param("q"), ...filters };
  const query = m.buildQueryString(Object.fromEntries(Object.entries(kept).filter(([, text]) => text)));
  return path + (query ? "?" + query : "");
}

export const link = (path, text, filters) => m("a", {href: "#!" + address(path, filters)}, text);

function changed(filters) {
  const [path, text] = location.hash.slice(2).split("?");
  const query = {...Object.fromEntries(new URLSearchParams(text || "")), ...filters };
  return [path, Object.fromEntries(Object.entries(query).filter(([, one]) => one))];
}

export function setFilters(filters) {
  m.route.set(...changed(filters), { replace: true });
}

// The address alone, for what the page knows already: nothing is asked again while somebody types.
export function noteFilters(filters) {
  const [path, query] = changed(filters);
  const text = m.buildQueryString(query);
  history.replaceState(null, "", "#!" + path + (text ? "?" + text : ""));
}

export function problemBox(problem, again) {
  if (!problem) return null;
  const list = (problem.problems || []).filter((one) => one.message && one.severity !== "INFO");
  return m(
      ".problem", { role: "alert" }, m("p.headline", m("strong", "■ " + t("refused") + "："), problem.message),
      list.length > 0 &&
          m("ul",
            list.map(
                (one) =>
                    m("li", one.message !== problem.message && m("p", one.message),
                      m("p.small", t("rule"), " ", m("code", one.reason), one.basis && [" · ", t("basis"), " ", one.basis],
                        one.path && [" · ", t("where"), " ", m("code", one.path)])))),
      !list.length && problem.reason && m("p.small", t("rule"), " ", m("code", problem.reason)),
      again && m("button", { type: "button", onclick: again }, t("retry")));
}

// The page's body once its answer is there; until then a word, and a refusal with its reason.
export function answered(resource, view) {
  return [
    resource.problem && problemBox(resource.problem, () => resource.again()),
    resource.data !== null && resource.data !== undefined ? view(resource.data) :
                                                            !resource.problem && m("p.waiting", { role: "status" }, t("loading"))
  ];
}

export const nothing = (...why) => m("p.nothing", why);

// A question that is asked once before something that cannot be undone.
export const asked = {
  question: null,
  word: null,
  run: null
};

export function ask(question, word, run) {
  Object.assign(asked, { question, word, run });
}

export const Question = {
  oncreate: (vnode) => vnode.dom.showModal(),
  view: () =>
      m("dialog", {
        "aria-labelledby": "question",
        oncancel: () => {
          asked.question = null;
        }
      },
        m("h2#question", t("sure")), m("p", asked.question),
        m(".buttons",
          m("button.main[data-test=yes]", {
            type: "button",
            onclick: () => {
              const { run } = asked;
              asked.question = null;
              run();
            }
          },
            asked.word || t("yes")),
          m("button", {
            type: "button",
            onclick: () => {
              asked.question = null;
            }
          },
            t("cancel")))),
};

export const heading = (text, ...beside) => m(".head", m("h1", text), m(".beside", beside));
export const printButton = () => m("button.quiet", {type: "button", onclick: () => window.print()}, t("print"));

export const choice = (name, label, current, options) =>
    m("label.choice", label, " ",
      m("select", {name, value: current || "", onchange: (event) => setFilters({[name]: event.target.value})},
        options.map(([key, text]) => m("option", {value: key, selected: (current || "") === key}, text))));

// What stands on every printed page: the version, a code by which the paper is checked against the record, and the same as a QR code that
// leads to the page. facts: what the code is made of; nothing that changes without the figures changing.
export function paper(path, version, facts) {
  const code = hex(sm3(new TextEncoder().encode(JSON.stringify(facts)).buffer)).slice(0, 16);
  const told = m.route.param("code16");
  const picture = "/paper.svg?text=" + encodeURIComponent(`${location.origin}/console/#!${path}?code16=${code}`);
  const text = [version, t("paperCode", code), t("printedAt", new Date(Date.now() + session.aheadMs + 8 * 3600000).toISOString().slice(0, 16).replace("T", " "))].join(" · ");
  return [
    told && m("p", { class: told === code ? "good" : "bad", role: "status", "data-test": "paper-check" }, told === code ? "● " + t("paperSame") : "■ " + t("paperOther")),
    m(Foot, { picture, text })
  ];
}

// The page's content is cut at its edges when it is printed: what stands on every page is the margin's, by a style sheet of its own.
const footSheet = new CSSStyleSheet();
document.adoptedStyleSheets = [...document.adoptedStyleSheets, footSheet];
const cssText = (text) => text.replace(/[^\p{L}\p{N} .,:：·()-]/gu, " ");
const setFoot = ({ attrs: { picture, text } }) =>
    footSheet.replaceSync(`@page { @bottom-left { content: url("${picture.replace(/["\\\n]/g, "")}") "  ${cssText(text)}"; font-size: 9px; } }`);
const Foot = {
  oncreate: setFoot,
  onupdate: setFoot,
  onremove: () => footSheet.replaceSync(""),
  view: ({ attrs }) => m("img.loaded", { src: attrs.picture, alt: "", "aria-hidden": "true" })  // so that it is there when the page is printed
};

// The foot of a paper as it is filed.
export const signatures = (names) =>
    m(".signatures", names.map(([label, text]) => m("span", label + "：", m("span.line", text || ""))));
