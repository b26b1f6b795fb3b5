// project.js - one project: where it stands, what blocks its next step, its money, and all that is on record under its tabs.
import {call, Resource, rows, unitName} from "../api.js";
import {Excel} from "../excel.js";
import {Actions, Doing} from "../form.js";
import {count_, countKnown, days, moment, number, percent, wan, wanKnown, yuan} from "../format.js";
import {answered, heading, link, nothing, printButton, setFilters} from "../parts.js";
import {Table} from "../table.js";
import {language, t, value, worded} from "../words.js";

import {ratioCell} from "./report.js";
import {sheetColumns} from "./sheets.js";
import {complaintDoing, drawDownDoing, findingDoing, gateActions, noticeObjectionDoing, tabActions} from "./steps.js";

const stages = ["DRAFT", "PRE_REVIEW", "APPROVED", "AWARDED", "CONSTRUCTION", "COMPLETED", "ACCEPTED", "CLOSED"];

export function stepLine(label, steps, current, kind) {
  const at = steps.indexOf(current);
  return m(
      "ol.steps", { "aria-label": label },
      steps.map(
          (step, index) =>
              m("li", { class: index < at ? "done" :
                            index === at  ? "now" :
                                            "",
                        "aria-current": index === at ? "step" : false },
                m("span[aria-hidden=true]",
                  index < at       ? "✓ " :
                      index === at ? "● " :
                                     "○ "),
                value(kind, step))),
      at < 0 && current && m("li.now.bad", "■ ", value(kind, current)));
}

// One scale for all four, so that the eye compares them.
function moneyBar(project, sheets, ratio) {
  const sum = (list, name) => list.reduce((total, one) => total + number(one[name]), 0);
  const approved = sum(project.fundLines || [], "approvedFen");
  if (!approved) return nothing(t("moneyUnknown"));
  const floor = ratio && ratio.floorBp ? number(ratio.baseFen) * number(ratio.floorBp) / 10000 : null;
  const bars = [
    ["approvedMoney", approved], ["allocated", sum(project.fundLines || [], "allocatedFen")],
    ["paidPay", sheets ? sum(sheets, "paidFen") : null], ["floorMoney", floor]
  ].filter(([, fen]) => fen !== null);
  const most = Math.max(...bars.map(([, fen]) => fen));
  return m(
      "svg.picture.few", { viewBox: `0 0 820 ${bars.length * 28}`, role: "img", "aria-label": t("money") },
      bars.map(
          ([word, fen], row) =>
              [m("text", { x: 0, y: row * 28 + 18 }, t(word)),
               m("rect", { class: "bar " + word, x: 150, y: row * 28 + 4, width: Math.max(1, fen / most * 540), height: 19 }),
               m("text", { x: 158 + fen / most * 540, y: row * 28 + 18 }, wan(Math.round(fen)) + " " + t("wanUnit"))]));
}

// What a gap's detail may name.
const named = ["NoticeStage", "NoticeKind", "FindingKind", "FindingState", "SheetState", "DrawDownState", "Relation", "DocumentKind", "FundSource", "FundPurpose"];
function gapDetail(gap) {
  const text = worded(gap.detail || "", named);
  return text && (language() === "en" || !/^[A-Z_]+$/.test(text)) && m("div.small", text);
}

const gateRows = (gates, project) =>
    (gates.rows || [])
        .map(
            (gate) =>
                m("section.gate",
                  m("h3", gate.isOpen ? "● " : "■ ", value("Method", gate.method),
                    m("span.small", gate.toState !== project.projectState && [" → ", value("ProjectState", gate.toState)],
                      gate.procurementMode && [" · ", value("ProcurementMode", gate.procurementMode)]),
                    m("span.small", " · ", gate.isOpen ? t("gateOpen") : t("gateShut", (gate.gaps || []).length))),
                  language() === "en" && m("p.small", gate.sentence),
                  (gate.gaps || []).length > 0 && m(Table, {
                    rows: gate.gaps,
                    caption: t("blocks"),
                    columns: [
                      {
                        head: t("blocked"),
                        cell: (gap) => [language() === "en" ? gap.en : gap.zh, gapDetail(gap)]
                      },
                      { head: t("basis"), cell: (gap) => gap.basis }, {
                        head: t("clearedBy"),
                        cell: (gap) => (gap.clearedBy || []).map((name) => value("Relation", name)).join("、")
                      },
                      { head: t("clearing"), cell: (gap) => gap.clearingMethod && value("Method", gap.clearingMethod.split(".").pop()) }
                    ]
                  }),
                  m(Actions, { list: gateActions(gate, project), parties: project.parties })));

export const column = (word, cell, more = {}) => ({ head: t(word), cell, ...more });
const amount = (word, cell) => column(word, cell, { unit: t("wanUnit"), number: true });

export const findingTable = (list, more = []) => ({
  rows: list,
  caption: t("tabFindings"),
  empty: t("noFindings"),
  searchable: more.length > 0,
  columns: [
    ...more, column("finding", (one) => [one.isOverdue && "■ ", one.findingNote, m("div.code", one.findingCode)]),
    column("involved", (one) => yuan(one.involvedFen), { unit: t("yuanUnit"), number: true }),
    column("responsible", (one) => unitName(one.responsibleUnitId)), column("dueDate", (one) => one.dueDate),
    column("state", (one) => value("FindingState", one.findingState)),
    column("rectification", (one) => [one.rectificationNote, one.verifyNote && m("div.small", t("verify"), "：", one.verifyNote)])
  ]
});

export const complaintTable = (list, more = []) => ({
  rows: list,
  caption: t("tabComplaints"),
  empty: t("noComplaints"),
  searchable: more.length > 0,
  columns: [
    ...more, column("date", (one) => one.raisedDate), column("complaint", (one) => [one.isOverdue && "■ ", one.complaintNote, m("div.code", one.complaintCode)]),
    column("source", (one) => [value("ComplaintSource", one.complaintSource), one.isAnonymous && m("div.small", t("anonymous"))]),
    column("about", (one) => unitName(one.aboutUnitId)), column("dueDate", (one) => one.dueDate),
    column("state", (one) => value("ComplaintState", one.complaintState)),
    column("answerGiven", (one) => [one.answerNote, one.appealReason && m("div.small", t("appeal"), "：", one.appealReason), one.finalNote && m("div.small", t("finalNote"), "：", one.finalNote)])
  ]
});

// [book, the word for it]: buttons for the project's own.
const books = (project, ...list) => m(".tools.noprint", m(Excel, {
  books: list.map(([book, word]) => ({ book, about: { project_code: project.facts.projectCode }, name: t(word) + " " + project.facts.projectName, word: t(word) }))
}));

// name: [word, load(code), view(data, project)]
const tabs = {
  next: [
    "tabNext", (code) => call("registry.GetGates", { projectCode: code }),
    (gates, project) => ((gates.rows || []).length ? gateRows(gates, project) : nothing(t("noGates")))
  ],
  funds: [
    "tabFunds", (code) => rows("registry.ListDrawDowns", { projectCode: code }),
    (downs, project) => [m(Table, {
      rows: project.fundLines || [],
      caption: t("tabFunds"),
      empty: t("noFunds"),
      columns: [
        column("fund", (line) => [value("FundSource", line.fundSource), " ", m("span.code", line.fundCode)]), amount("approvedMoney", (line) => wan(line.approvedFen)),
        amount("allocated", (line) => wan(line.allocatedFen)), column("document", (line) => line.documentNo)
      ]
    }),
    m("h3", t("drawDowns")), m(Doing, {
      parties: project.parties,
      doing: drawDownDoing,
      table: {
        rows: downs,
        caption: t("drawDowns"),
        empty: t("noDrawDowns"),
        columns: [
          column("date", (one) => one.appliedDate), column("fund", (one) => [value("FundSource", one.fundSource), " ", m("span.code", one.applicationCode)]), amount("applied", (one) => wan(one.appliedFen)),
          column("note", (one) => one.purposeNote), column("state", (one) => value("DrawDownState", one.drawDownState)), column("reason", (one) => one.decisionNote)
        ]
      }
    })]
  ],
  tasks: [
    "tabTasks", null,
    (_, project) =>
        [m("p", t("listed"), "：",
           (project.listEntries || [])
                   .map(
                       (entry) => [entry.listYear, value("ListKind", entry.listKind), value("ListLevel", entry.listLevel)].join(
                           " "))
                   .join("；") ||
               t("unlisted")),
         m(Table, {
           rows: project.tasks || [],
           caption: t("task"),
           empty: t("noTasks"),
           columns: [
             column("task", (task) => task.taskNote), column("posts", (task) => countKnown(task.offeredPosts), { number: true }),
             column("confirmed", (task) => (task.ownerConfirmed ? "✓" : "○"))
           ]
         })]
  ],
  sheets: [
    "tabSheets", (code) => rows("payroll.ListSheets", { projectCode: code }),
    (list) => m(Table, {
      rows: list,
      caption: t("tabSheets"),
      empty: t("noSheets"),
      columns: sheetColumns(),
      open: (sheet) => `/sheet/${sheet.projectCode}/${sheet.sheetCode}`
    })
  ],
  days: [
    "tabDays", (code) => rows("workforce.ListSealedMonths", { projectCode: code }),
    (list,
     project) => [m("p", link("/attendance", t("attendanceTitle") + " →", { project: project.facts.projectCode })),
                  books(project, ["roster", "ledger_roster"], ["posts", "ledger_posts"]), m(Table, {
                    rows: list,
                    caption: t("tabDays"),
                    empty: t("sealedNo"),
                    columns: [
                      column(
                          "month",
                          (month) =>
                              link("/attendance", month.month, { project: project.facts.projectCode, month: month.month })),
                      column("people", (month) => count_(month.workerCount), { number: true }),
                      column("workDays", (month) => days(month.dayHundredths), { number: true })
                    ]
                  })]
  ],
  training: [
    "tabTraining", (code) => rows("workforce.ListTrainings", { projectCode: code }),
    (list, project) => [books(project, ["training", "ledger_training"]), m(Table, {
      rows: list,
      caption: t("tabTraining"),
      empty: t("noTraining"),
      columns: [
        column("date", (one) => one.trainingDate), column("trainingName", (one) => one.trainingName || one.trainingCode),
        column("content", (one) => value("TrainingContent", one.trainingContent)),
        column("hours", (one) => days(one.hoursHundredths), { number: true }),
        column("trained", (one) => count_(one.traineeCount), { number: true })
      ]
    })]
  ],
  findings: [
    "tabFindings", async (code) => ({
      findings: await rows("evaluation.ListFindings", { projectCode: code }),
      inspections: await rows("evaluation.ListInspections", { projectCode: code })
    }),
    ({ findings, inspections }, project) => [
      m(Doing, { parties: project.parties, doing: findingDoing, table: findingTable(findings) }), m("h3", t("inspections")), m(Table, {
        rows: inspections,
        caption: t("inspections"),
        empty: t("noInspections"),
        columns: [
          column("date", (one) => one.inspectionDate), column("inspection", (one) => m("span.code", one.inspectionCode)),
          column("state", (one) => value("InspectionStage", one.inspectionStage)), column("by", (one) => unitName(one.inspectingUnitId)),
          column("items", (one) => count_(one.itemCount), { number: true }), column("failed", (one) => count_(one.failedCount), { number: true })
        ]
      })
    ]
  ],
  complaints: [
    "tabComplaints", (code) => rows("evaluation.ListComplaints", { projectCode: code }),
    (list, project) => m(Doing, { parties: project.parties, doing: complaintDoing, table: complaintTable(list) })
  ],
  notices: [
    "tabNotices", async (code) => ({
      notices: await rows("registry.ListNotices", { projectCode: code }),
      objections: await rows("registry.ListNoticeObjections", { projectCode: code })
    }),
    ({ notices, objections }, project) => [books(project, ["notice-plan", "bookNoticePlan"], ["notice-effect", "bookNoticeEffect"], ["sign", "bookSign"]), m(Table, {
      rows: notices,
      caption: t("tabNotices"),
      empty: t("noNotices"),
      columns: [
        column("date", (one) => one.publishedDate), column("notice", (one) => [one.noticeTitle || one.noticeCode, m("div.small", one.noticeText)]),
        column("state", (one) => [value("NoticeStage", one.noticeStage), m("div.small", value("NoticeKind", one.noticeKind))]),
        column("until", (one) => one.objectionUntilDate),
        column("openObjections", (one) => count_(one.openObjectionCount), { number: true })
      ]
    }),
    m("figure.boardcode", { hidden: true }, m("img", { src: `/qr/${project.facts.projectCode}.svg`, alt: t("boardCode"), width: 150, onload: (event) => {
      event.redraw = false;
      event.target.parentNode.hidden = false;  // only where the board is on and the reader may print it
    } }), m("figcaption", t("boardCode"))),
    m("h3", t("objections")), m(Doing, {
      parties: project.parties,
      doing: noticeObjectionDoing,
      table: {
        rows: objections,
        caption: t("objections"),
        empty: t("noObjections"),
        columns: [
          column("date", (one) => one.raisedDate), column("notice", (one) => one.noticeCode), column("objections", (one) => one.objectionReason),
          column("state", (one) => value("ObjectionState", one.objectionState)), column("note", (one) => one.resolutionReason)
        ]
      }
    })]
  ],
  steps: [
    "tabSteps", (code) => rows("registry.ListProjectSteps", { projectCode: code }),
    (list) => m(Table, {
      rows: list,
      caption: t("tabSteps"),
      empty: t("noSteps"),
      columns: [
        column("at", (one) => moment(one.madeAtUs)), column("to", (one) => value("ProjectState", one.toState)),
        column("step", (one) => [one.sentence, m("div.code", one.method)]),
        column("by", (one) => [unitName(one.madeByUnitId), m("div.small", one.madeBy)]), column("note", (one) => one.stepNote)
      ]
    })
  ],
};

// The cumulative share by quarter as columns, the floor as a line across; every column bears its figure.
function trendPicture(list, ratio) {
  const known = list.filter((one) => one.ratioBp !== undefined).slice(-8);
  if (known.length < 2) return null;
  const floor = ratio && ratio.floorBp !== undefined ? number(ratio.floorBp) : null;
  const most = Math.max(floor || 0, ...known.map((one) => number(one.ratioBp))) * 1.2 || 1;
  const y = (bp) => 110 - bp / most * 95;
  return [
    m("h2", t("trendTitle")), m("svg.picture.short", { viewBox: `0 0 ${known.length * 90 + 120} 135`, role: "img", "aria-label": t("trendTitle") }, known.map((one, index) => [
      m("rect", { class: floor !== null && number(one.ratioBp) < floor ? "below" : "bar paidPay", x: index * 90 + 10, y: y(number(one.ratioBp)), width: 50, height: 110 - y(number(one.ratioBp)) }),
      m("text", { x: index * 90 + 10, y: y(number(one.ratioBp)) - 5 }, percent(one.ratioBp)), m("text.tick", { x: index * 90 + 10, y: 128 }, one.quarter)
    ]), floor !== null && [m("line.floor", { x1: 0, x2: known.length * 90, y1: y(floor), y2: y(floor) }), m("text", { x: known.length * 90 + 5, y: y(floor) + 4 }, "≥ " + percent(floor))])
  ];
}

// A tab's content with what may be done under it; each tab has its own forms.
const Panel = { view: ({ attrs }) => [attrs.view(), m(Actions, { list: attrs.actions, parties: attrs.parties })] };

function forecastLine(forecast) {
  return [
    m("h2", t("forecast")),
    answered(
        forecast,
        (data) =>
            m("p", value("ForecastState", data.forecastState) || "", "：",
              language() === "en" ? data.englishNote : data.forecastNote))
  ];
}

export function Project({attrs: {params: {code}}}) {
  const all = {
    project: new Resource(),
    forecast: new Resource(),
    sheets: new Resource(),
    ratio: new Resource(),
    trend: new Resource(),
    tab: new Resource()
  };

  const head = (project) => {
    const { facts } = project;
    return [
      m("p.answer",
        t("projectSentence", value("FieldOfWork", facts.field), value("Track", facts.track), facts.projectYear,
          facts.contentNote || "")),
      m("p.small", m("code", facts.projectCode), " · ", t("invest"), " ", wanKnown(facts.totalInvestmentFen), " ", t("wanUnit"),
        " · ", t("plannedPay"), " ", wanKnown(facts.plannedPayFen), " ", t("wanUnit"), " · ", t("plannedWorkers"), " ",
        countKnown(facts.plannedWorkers)),
      stepLine(t("stateLine"), stages, project.projectState, "ProjectState"), m("h2", t("money")),
      moneyBar(project, all.sheets.data, all.ratio.data),
      all.ratio.data && all.ratio.data.ratioBp !== undefined &&
          m("p", t("ratioFloor"), "：", ratioCell(all.ratio.data), " · ",
            t("rule"), " ", m("code", all.ratio.data.ruleCode)),
      forecastLine(all.forecast), trendPicture(all.trend.data || [], all.ratio.data)
    ];
  };

  const parties = (project) => [m("h2", t("parties")), m(Table, {
                                  rows: project.parties || [],
                                  caption: t("parties"),
                                  empty: t("noParties"),
                                  columns: [
                                    column("relation", (one) => value("Relation", one.relation)),
                                    column("unit", (one) => unitName(one.unitId)),
                                    column("contactPerson", (one) => one.personName), column("phone", (one) => one.personPhone)
                                  ]
                                }),
                               m(Actions, { list: tabActions("parties", project), parties: project.parties })];

  function body(project) {
    const chosen = tabs[m.route.param("tab")] ? m.route.param("tab") : "next";
    const [, load, view] = tabs[chosen];
    all.tab.want([code, chosen], async () => ({ of: chosen, rows: load ? await load(code) : [] }));
    return [
      heading(project.facts.projectName, m("span.state", value("ProjectState", project.projectState)), printButton()),
      head(project), m("h2", t("blocks")),
      m(".tabs", { role: "tablist", "aria-label": t("tabs") },
        Object.entries(tabs).map(
            ([name, [word]]) =>
                m("button", {
                  type: "button",
                  role: "tab",
                  "aria-selected": String(name === chosen),
                  onclick: () => setFilters({ tab: name })
                },
                  t(word)))),
      m("div[role=tabpanel]", { "aria-label": t(tabs[chosen][0]) },
        answered(all.tab, (data) => (data.of !== chosen ? m("p.waiting", { role: "status" }, t("loading")) :
                                                          [m(Panel, { key: chosen, view: () => view(data.rows, project), actions: tabActions(chosen, project, data.rows), parties: project.parties })]))),
      parties(project)
    ];
  }

  return {
    onremove: () => Object.values(all).forEach((resource) => resource.leave()),
    view() {
      all.project.want(code, () => call("registry.GetProject", { projectCode: code }));
      all.forecast.want(code, () => call("evaluation.GetForecast", { projectCode: code }));
      all.sheets.want(code, () => rows("payroll.ListSheets", { projectCode: code }));
      all.trend.want(code, async () => (await call("evaluation.ListRatioTrend", { projectCode: code })).rows || []);
      all.ratio.want(code, () => call("evaluation.GetRatio", { projectCode: code, payBasis: "PAID" }).catch((problem) => {
        if (problem.status === 404) return {};
        throw problem;
      }));
      return [m("p.back.noprint", link("/projects", "← " + t("backTo", t("projects")))), answered(all.project, body)];
    },
  };
}
