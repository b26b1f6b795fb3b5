// main.js - the routes of the console, its head line and its keys.
import "./rooms/words.js";

import "./rooms/heads.js";
import "./rooms/office_words.js";

import {begin, live, logOut, Resource, rows, session, still, unitName} from "./api.js";
import {loadContract} from "./contract.js";
import {quarterName} from "./format.js";
import {address, asked, heading, link, nothing, Question, setFilters} from "./parts.js";
import {isAt, isMine, openGroups} from "./rooms.js";
import {Arrears} from "./rooms/arrears.js";
import {Attendance} from "./rooms/attendance.js";
import {Annual, Circular} from "./rooms/circular.js";
import {Consolidated} from "./rooms/consolidated.js";
import {Desk} from "./rooms/desk.js";
import {Filing} from "./rooms/filing.js";
import {Forecasts} from "./rooms/forecast.js";
import {Glance} from "./rooms/glance.js";
import {Import} from "./rooms/import.js";
import {Login} from "./rooms/login.js";
import {Matrix, UnitFacts} from "./rooms/matrix.js";
import {Project} from "./rooms/project.js";
import {Projects} from "./rooms/projects.js";
import {Ranking, Scorecard} from "./rooms/ranking.js";
import {Report} from "./rooms/report.js";
import {Sheet} from "./rooms/sheet.js";
import {Slips} from "./rooms/slips.js";
import {Sheets} from "./rooms/sheets.js";
import {Complaints, Findings} from "./rooms/supervision.js";
import {language, setLanguage, t, value} from "./words.js";

let begun = false;
let helped = false;
let quarters = null;

// The groups on the first line; the rooms of the one that is open on the second.
function navigation(path) {
  const open = openGroups();
  const current = open.find((group) => group.rooms.some((room) => isAt(room, path)));
  const to = (room, word, here) => m("a", { href: "#!" + address(room.path), "aria-current": here ? "page" : false }, t(word));
  return {
    main: m("nav", { "aria-label": t("rooms") }, open.map((group) => to(group.rooms[0], group.word, group === current))),
    sub: current && current.rooms.length > 1 && m("nav.sub", { "aria-label": t("subRooms") }, current.rooms.map((room) => to(room, room.word, isAt(room, path))))
  };
}

const Help = {
  oncreate: (vnode) => vnode.dom.showModal(),
  view: () =>
      m("dialog", {
        "aria-labelledby": "help",
        onclose: () => {
          helped = false;
          m.redraw();
        }
      },
        m("h2#help", t("help")),
        m("dl",
          [["/", "keySearch"], ["j  k", "keyRows"], ["Enter", "keyOpen"], ["?", "keyHelp"]].map(
              ([key, word]) => [m("dt", m("kbd", key)), m("dd", t(word))])),
        m("button", {
          type: "button",
          onclick: () => {
            helped = false;
          }
        },
          t("close"))),
};

function quarterChoice() {
  const list = (quarters.data || []).map((one) => one.quarter).reverse();
  return list.length > 0 &&
      m("label.choice", m("span.hidden", t("quarter")),
        m("select[name=q]", { value: chosenQuarter(), onchange: (event) => setFilters({ q: event.target.value }) },
          list.map((one) => m("option", { value: one, selected: one === chosenQuarter() }, quarterName(one)))));
}

// Said in the address; else the oldest that is open, else the newest.
function chosenQuarter() {
  const list = quarters.data || [];
  const open = list.find((one) => one.quarterState === "OPEN");
  return m.route.param("q") || (open || list[list.length - 1] || {}).quarter || "";
}

const Closed = { view: () => [heading(t("notYourRoom")), nothing(t("notYourRoomWhy"), " ", link("/desk", t("desk") + " →"))] };

const Shell = {
  oninit() {
    quarters = new Resource().want("quarters", () => rows("gateway.ListQuarters"));
    live();
  },
  onremove() {
    quarters.leave();
    still();
  },
  view({ attrs: { room, path, params } }) {
    const { who } = session;
    const nav = navigation(path);
    return [
      m("a.skip", {
        href: "#room",
        onclick: (event) => {
          event.preventDefault();
          document.getElementById("room").focus();
        }
      },
        t("skip")),
      m("header.top", m("strong.brand", t("title")),
        nav.main,
        m(".who", quarterChoice(),
          m("span[data-test=who]", unitName(who.unitId), " · ", value("Duty", who.duty), " · ", who.personName),
          m("button.quiet", {
            type: "button",
            lang: language() === "en" ? "zh-CN" : "en",
            onclick: () => setLanguage(language() === "en" ? "zh" : "en")
          },
            language() === "en" ? "中文" : "English"),
          m("button.quiet", {
            type: "button",
            onclick: () => {
              helped = true;
            },
            "aria-label": t("help")
          },
            "?"),
          m("button.quiet", {
            type: "button",
            onclick: async () => {
              await logOut();
              m.redraw();
            }
          },
            t("logOut")))),
      nav.sub, m("main#room", { tabindex: -1 }, m(isMine(path) ? room : Closed, { key: path, params, quarter: chosenQuarter(), quarters })),
      asked.question && m(Question), helped && m(Help)
    ];
  },
};

const page = (room) => ({
  render: ({ attrs }) =>
      (!begun           ? m("p.waiting", { role: "status" }, t("loading")) :
           !session.who ? m(Login) :
                          m(Shell, { room, path: m.route.get().split("?")[0], params: attrs })),
});

function isTyping(target) {
  return /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName);
}

function step(by) {
  const list = Array.from(document.querySelectorAll("tr[data-open]"));
  const at = list.indexOf(document.activeElement);
  const next = list[at < 0 ? 0 : Math.min(list.length - 1, Math.max(0, at + by))];
  if (next) next.focus();
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || asked.question || helped || !session.who) return;
  if (event.key === "Escape" && isTyping(event.target)) return event.target.blur();
  if (isTyping(event.target)) return;
  const keys = {
    "/": () => {
      const field = document.querySelector("[data-search]");
      if (field) field.focus();
    },
    j: () => step(1),
    k: () => step(-1),
    "?": () => {
      helped = true;
      m.redraw();
    },
  };
  if (event.key === "Enter" && event.target.dataset && event.target.dataset.open)
    m.route.set(event.target.dataset.open);
  else if (keys[event.key])
    keys[event.key]();
  else
    return;
  event.preventDefault();
});

setLanguage(language());
m.route(document.getElementById("app"), "/desk", {
  "/desk": page(Desk),
  "/quarter": page(Glance),
  "/consolidated": page(Consolidated),
  "/filing": page(Filing),
  "/projects": page(Projects),
  "/project/:code": page(Project),
  "/sheets": page(Sheets),
  "/sheet/:code/:sheet": page(Sheet),
  "/slips/:code/:sheet": page(Slips),
  "/attendance": page(Attendance),
  "/import": page(Import),
  "/arrears": page(Arrears),
  "/forecasts": page(Forecasts),
  "/ranking": page(Ranking),
  "/ranking/:code/:unit": page(Scorecard),
  "/matrix": page(Matrix),
  "/matrix/:unit": page(UnitFacts),
  "/circular": page(Circular),
  "/annual": page(Annual),
  "/findings": page(Findings),
  "/complaints": page(Complaints),
  "/report/:code": page(Report),
});
Promise.all([loadContract().catch((problem) => console.error(problem)), begin().catch(() => {})]).then(() => {
  begun = true;
  m.redraw();
});
