// import.js - a ledger's file dropped into the page: tried first, each wrong cell shown with its reason; then taken.
import {allAgain, Problem, Resource, rows, sendLedger} from "../api.js";
import {count_, number, today} from "../format.js";
import {answered, ask, choice, heading, link, nothing, problemBox} from "../parts.js";
import {Table} from "../table.js";
import {t} from "../words.js";

const FILE_MOST = 4000000;
// name: by month; where what was taken is seen.
const ledgers = {
  roster: [false, "/project/:code?tab=days"],
  attendance: [true, "/attendance"],
  training: [false, "/project/:code?tab=training"],
  wages: [true, "/project/:code?tab=sheets"],
  posts: [false, "/project/:code"]
};
const monthsBack = () => {
  const [year, month] = today().split("-").map(Number);
  return Array.from({ length: 12 }, (_, back) => new Date(Date.UTC(year, month - 1 - back, 1)).toISOString().slice(0, 7));
};

function faultTable(faults) {
  return m(Table, {
    rows: faults,
    caption: t("wrongCells"),
    searchable: true,
    columns: [
      { head: t("sheetName"), cell: (one) => one.sheet || "" },
      { head: t("cellName"), cell: (one) => m("code", one.cell || t("rowNumber", one.row)) },
      { head: t("columnName"), cell: (one) => one.head || "" },
      { head: t("cellValue"), cell: (one) => (one.value === undefined ? m("span.small", t("emptyCell")) : m("code", one.value)) },
      {
        head: t("whyAndHow"),
        cell: (one) =>
            [m("span.why", "■ "), one.why,
             one.rule && m("div.small", t("rule"), " ", m("code", one.rule), one.basis && " · " + one.basis)]
      }
    ]
  });
}

export function Import() {
  const projects = new Resource();
  let file = null;
  let over = false;
  let running = null;  // { rows, of, dry }
  let result = null;   // { dry, faults, notes, done, exit }
  let problem = null;
  let reason = "";

  function take(taken) {
    result = null;
    problem = taken && taken.size > FILE_MOST ? new Error(t("fileTooLarge", Math.round(taken.size / 1e5) / 10)) : null;
    file = problem ? null : taken;
    m.redraw();
  }

  async function run(kind, about, dry) {
    problem = null;
    running = { rows: 0, of: 0, dry };
    m.redraw();
    try {
      result = {
        ...await sendLedger(
            kind, file, {...about, reason, dry_run: dry ? "1" : "" },
            (progress) => {
              running = { rows: number(progress.rows), of: number(progress.of), dry };
              m.redraw();
            }),
        dry
      };
      if (!dry) allAgain();
    } catch (caught) {
      if (!(caught instanceof Problem)) console.error(caught);
      problem = caught;
    }
    running = null;
    m.redraw();
  }

  const drop = () =>
      m("label.drop", {
        class: over ? "over" : "",
        ondragover: (event) => {
          event.preventDefault();
          over = true;
        },
        ondragleave: () => {
          over = false;
        },
        ondrop: (event) => {
          event.preventDefault();
          over = false;
          take(event.dataTransfer.files[0]);
        }
      },
        m("strong", file ? file.name : t("dropHere")),
        m("span.small", file ? t("fileSize", Math.ceil(file.size / 1000)) : t("dropKinds")),
        m("input[type=file][data-test=file]",
          { accept: ".xlsx,.csv", "aria-label": t("dropHere"), onchange: (event) => take(event.target.files[0]) }));

  const bar = () => running &&
      m("p", { role: "status" },
        t(running.of ? (running.dry ? "tryingRows" : "takingRows") : "readingFile", count_(running.rows), count_(running.of)),
        " ",
        m("progress", { max: running.of || 1, value: running.of ? running.rows : undefined, "aria-label": t("importTitle") }));

  function outcome(kind, about) {
    if (!result) return null;
    const { done, faults, notes } = result;
    const clean = result.exit === 0 && !faults.length;
    return [
      clean && result.dry &&
          m("p.good[data-test=tried]", { role: "status" }, "● ",
            t("importTried", number(done.rows), number(done.unchanged), number(done.sent))),
      clean && !result.dry &&
          m("p.good[data-test=taken]", { role: "status" }, "● ",
            t("importTaken", number(done.rows), number(done.unchanged), number(done.sent)), " ",
            about.project_code &&
                link(
                    ledgers[kind][1].replace(":code", about.project_code), t("seeThem"),
                    { project: about.project_code, month: about.month })),
      !clean &&
          m("div.problem[data-test=refused]", { role: "alert" },
            m("p", m("strong", "■ ", t("importRefused", faults.length)),
              result.dry || !done || !number(done.sent) ? t("nothingTaken") : t("partlyTaken", number(done.sent))),
            !faults.length && notes.length > 0 && m("ul", notes.map((note) => m("li", note)))),
      faults.length > 0 && faultTable(faults)
    ];
  }

  function body(list, params) {
    const kind = ledgers[params.kind] ? params.kind : "roster";
    const project =
        params.project || (list.find((one) => one.projectState === "CONSTRUCTION") || list[0] || {}).projectCode || "";
    const month = params.month || monthsBack()[0];
    const about = { project_code: project, month: ledgers[kind][0] ? month : "" };
    if (!list.length) return nothing(t("noProjectHere"));
    return [
      m("p.answer", t("importLead")),
      m(".tools", choice("kind", t("ledger"), kind, Object.keys(ledgers).map((name) => [name, t("ledger_" + name)])),
        choice("project", t("project"), project, list.map((one) => [one.projectCode, one.projectName])),
        ledgers[kind][0] && choice("month", t("month"), month, monthsBack().map((one) => [one, one]))),
      drop(), kind === "attendance" && m("label.field", t("correctWhy"), m("input[type=text]", {
                                           name: "reason",
                                           value: reason,
                                           oninput: (event) => {
                                             reason = event.target.value;
                                           }
                                         })),
      problemBox(problem), bar(),
      m(".buttons",
        m("button[data-test=try]", {
          type: "button",
          class: result && result.dry && result.exit === 0 ? "" : "main",
          disabled: !file || running,
          onclick: () => run(kind, about, true)
        },
          t("checkFile")),
        m("button[data-test=take]", {
          type: "button",
          class: result && result.dry && result.exit === 0 ? "main" : "",
          disabled: !file || running || !result || !result.dry || result.exit !== 0,
          onclick: () =>
              ask(t("importAsk", t("ledger_" + kind), number(result.done.sent)), t("takeFile", number(result.done.sent)),
                  () => run(kind, about, false))
        },
          result && result.dry && result.exit === 0 ? t("takeFile", number(result.done.sent)) : t("takeFileFirst"))),
      outcome(kind, about)
    ];
  }

  return {
    onremove: () => projects.leave(),
    view({ attrs: { params } }) {
      projects.want("projects", () => rows("registry.ListProjects"));
      return [heading(t("importTitle")), answered(projects, (list) => body(list, params))];
    },
  };
}
