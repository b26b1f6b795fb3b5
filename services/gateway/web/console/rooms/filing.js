// filing.js - a bureau's own report of the quarter: drafted by its maker, checked with a comment on every exception, filed by its
// checker.
import {Action, call, hasDuty, Resource, rows, session} from "../api.js";
import {moment, number, quarterName} from "../format.js";
import {answered, ask, heading, link, nothing, printButton, problemBox} from "../parts.js";
import {Table} from "../table.js";
import {t, value} from "../words.js";

import {exceptionTable, remarkList, reportColumns, reportTotal} from "./report.js";

export function Filing() {
  const reports = new Resource();
  const report = new Resource();
  const draft = new Action("gateway.DraftReport");
  const zero = new Action("gateway.ZeroReport");
  const check = new Action("gateway.CheckReport");
  const submit = new Action("gateway.SubmitReport");
  const comments = {};
  const said = { zero: "", restate: "" };

  const commentRows = () =>
      Object.entries(comments).filter(([, note]) => note.trim()).map(([projectCode,
                                                                       commentNote]) => ({ projectCode, commentNote }));
  const text = (name, word) => m("label", t(word), m("input[type=text]", {
                                   name,
                                   value: said[name],
                                   oninput: (event) => {
                                     said[name] = event.target.value;
                                   }
                                 }));

  function making(quarter, current) {
    const request = { unitId: session.who.unitId, quarter };
    const restates = current && current.reportState === "ACCEPTED";
    if (!hasDuty("MAKER") || (current && current.reportState === "SUBMITTED")) return null;
    return m(
        ".panel.noprint", restates && text("restate", "restateReason"), problemBox(draft.problem), problemBox(zero.problem),
        m(".buttons",
          m("button.main[data-test=draft]",
            { type: "button", disabled: draft.busy, onclick: () => draft.run({...request, restateReason: said.restate }) },
            t(current ? "draftAgain" : "draftButton"))),
        !current &&
            m("details", m("summary", t("zeroButton")), text("zero", "zeroReason"),
              m(".buttons",
                m("button", {
                  type: "button",
                  disabled: zero.busy || !said.zero.trim(),
                  onclick: () => zero.run({...request, zeroReason: said.zero })
                },
                  t("zeroButton")))));
  }

  function checking(data) {
    const lines = data.lines || [];
    if (!hasDuty("CHECKER")) return null;
    if (data.reportState === "CHECKED")
      return [
        problemBox(submit.problem),
        m(".buttons.noprint",
          m("button.main[data-test=submit]", {
            type: "button",
            disabled: submit.busy,
            onclick: () => ask(
                t("submitAsk", quarterName(data.quarter)), t("submitButton"), () => submit.run({ reportCode: data.reportCode }))
          },
            t("submitButton")))
      ];
    if (data.reportState !== "DRAFT") return null;
    return m(
        ".panel.noprint", m("p.small", t("warningsFirst")),
        lines.map((line) => m("label", t("commentOn", line.projectName), m("input[type=text]", {
                                "data-test": "comment",
                                value: comments[line.projectCode] || "",
                                oninput: (event) => {
                                  comments[line.projectCode] = event.target.value;
                                }
                              }))),
        problemBox(check.problem),
        m(".buttons",
          m("button.main[data-test=check]", {
            type: "button",
            disabled: check.busy,
            onclick: () =>
                ask(t("checkAsk"), t("checkButton"), () => check.run({ reportCode: data.reportCode, comments: commentRows() }))
          },
            t("checkButton"))));
  }

  const body = (data) =>
      [m("p.answer", m("span[data-test=state]", value("ReportState", data.reportState)), "。", t("waitsFor"), " ",
         t("next" + data.reportState)),
       remarkList(data), checking(data), m("h2", t("exceptions")), exceptionTable(data, data.lines || []), m("h2", t("lines")),
       m(Table, {
         rows: data.lines || [],
         columns: reportColumns(),
         caption: t("lines"),
         empty: data.isZero ? t("reportZero", data.zeroReason) : t("noLines"),
         total: reportTotal(data.lines || []),
         open: (line) => "/project/" + line.projectCode
       })];

  function shown(quarter, list) {
    const current = [...list].sort((one, two) => number(two.revision) - number(one.revision))[0];
    if (current)
      report.want([current.reportCode, current.reportState], () => call("gateway.GetReport", { reportCode: current.reportCode }));
    return [
      !current && nothing(t("noReport", quarterName(quarter))), making(quarter, current), current && answered(report, body),
      list.length > 1 &&
          [
            m("h2", t("history")), m(Table, {
              rows: list,
              caption: t("history"),
              columns: [
                { head: t("revision", ""), cell: (one) => link("/report/" + one.reportCode, one.revision) },
                { head: t("state"), cell: (one) => value("ReportState", one.reportState) },
                { head: t("filedAt"), cell: (one) => moment(one.submittedAtUs) },
                { head: t("remarks"), cell: (one) => one.returnReason }
              ]
            })
          ]
    ];
  }

  return {
    onremove() {
      reports.leave();
      report.leave();
    },
    view({ attrs: { quarter } }) {
      if (!quarter) return [heading(t("filingTitle")), nothing(t("noQuarter"))];
      reports.want(quarter, () => rows("gateway.ListReports", { unitId: session.who.unitId, quarter }));
      return [
        heading(t("filingTitle") + " " + quarterName(quarter), printButton()), answered(reports, (list) => shown(quarter, list))
      ];
    },
  };
}
