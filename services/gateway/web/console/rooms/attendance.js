// attendance.js - the attendance of a month: chosen by project and month, shown as a grid, entered by the contractor, sealed by its checker.
import {Resource, rows} from "../api.js";
import {may} from "../contract.js";
import {Excel} from "../excel.js";
import {Actions, Doing} from "../form.js";
import {days, moment, number, today} from "../format.js";
import {answered, choice, heading, link, nothing, printButton, signatures} from "../parts.js";
import {t, value} from "../words.js";

import {Grid} from "./grid.js";

function months(quarter) {
  const now = today().slice(0, 7);
  const [year, number_] = now.split("-").map(Number);
  const last = Array.from({ length: 12 }, (_, back) => new Date(Date.UTC(year, number_ - 1 - back, 1)).toISOString().slice(0, 7));
  const ofQuarter =
      quarter ? [1, 2, 3].map((index) => quarter.slice(0, 4) + "-" + String((quarter[5] - 1) * 3 + index).padStart(2, "0")) : [];
  return [...new Set([...last, ...ofQuarter])].sort().reverse();
}

const hexOf = (base64) => Array.from(atob(base64 || ""), (letter) => letter.charCodeAt(0).toString(16).padStart(2, "0")).join("");

// What comes before and after the month's entries: sealing, reopening, the wage sheet.
function actionsOf(project, month, isSealed, hasEntries) {
  const fixed = { project_code: project.projectCode, month };
  return [
    { method: "workforce.SealMonth", fixed, when: !isSealed && hasEntries, word: t("sealMonth"), main: true, dry: true, question: () => t("sealAsk", month) },
    { method: "payroll.DrawWageSheet", fixed, when: isSealed, word: t("drawSheet"), main: true, dry: true },
    { method: "workforce.RequestReopening", fixed, when: isSealed, word: t("requestReopening") }
  ];
}

const reopeningTable = (list) => ({
  rows: list,
  caption: t("reopenings"),
  empty: t("noReopenings"),
  columns: [
    { head: t("at"), cell: (one) => moment(one.requestedAtUs) }, { head: t("reason"), cell: (one) => one.reopenReason },
    { head: t("state"), cell: (one) => value("ReopenState", one.reopenState) }, { head: t("note"), cell: (one) => one.decideNote }
  ]
});
const reopeningDoing = (one) => ["workforce.ApproveReopening", "workforce.RefuseReopening"].map((method) => ({
  method,
  fixed: { project_code: one.projectCode, month: one.month },
  when: one.reopenState === "REQUESTED",
  word: value("Method", method.split(".")[1])
}));

export function Attendance() {
  const all = { projects: new Resource(), entries: new Resource(), sealed: new Resource(), roster: new Resource(), reopenings: new Resource() };

  // People who have an agreement in the month but no day yet are in the grid too, so that theirs can be entered.
  const rosterOf = (month, agreements) => agreements.filter((one) => one.startDate.slice(0, 7) <= month && (!one.endDate || one.endDate.slice(0, 7) >= month));

  function body(project, month, list) {
    const seal = (all.sealed.data || []).find((one) => one.month === month);
    const writes = !seal && all.sealed.data && may("workforce.RecordAttendanceBatch");
    const people = new Set(list.map((entry) => entry.workerNumber)).size;
    const roster = writes ? rosterOf(month, all.roster.data || []) : [];
    return [
      m("p.answer",
        t("attendanceSentence", project.projectName, month, people,
          days(list.reduce((sum, entry) => sum + number(entry.dayHundredths), 0)), ""),
        answered(all.sealed, () => (seal ? t("sealedYes", hexOf(seal.attendanceDigest).slice(0, 16)) : t("sealedNo")))),
      m(Actions, { list: actionsOf(project, month, Boolean(seal), list.length > 0) }),
      list.length || roster.length ?
          [m(Grid, { key: project.projectCode + month, month, entries: list, roster, project: project.projectCode, writes, sealed: Boolean(seal) })] :
          nothing(t("noAttendance")),
      signatures([[t("sealHere"), ""], [t("madeBy"), ""], [t("checkedBy"), ""], [t("dateHere"), ""]]),
      (all.reopenings.data || []).some((one) => one.month === month) &&
          [m("h2", t("reopenings")), m(Doing, { table: reopeningTable(all.reopenings.data.filter((one) => one.month === month)), doing: reopeningDoing })]
    ];
  }

  function chosen(list, params, quarter) {
    if (!list.length) return nothing(t("noProjectHere"));
    const project = list.find((one) => one.projectCode === params.project) ||
        list.find((one) => one.projectState === "CONSTRUCTION") || list[0];
    const month = params.month || (quarter ? months(quarter).find((one) => one <= today().slice(0, 7)) : today().slice(0, 7));
    const asked = { projectCode: project.projectCode, month };
    const ofProject = { projectCode: project.projectCode };
    all.entries.want(asked, () => rows("workforce.ListAttendance", asked, 20000));
    all.sealed.want(ofProject, () => rows("workforce.ListSealedMonths", ofProject));
    all.reopenings.want(ofProject, () => rows("workforce.ListReopenings", ofProject));
    if (may("workforce.RecordAttendanceBatch")) all.roster.want(ofProject, () => rows("workforce.ListAgreements", ofProject, 5000));
    return [
      m(".tools.noprint",
        choice("project", t("project"), project.projectCode, list.map((one) => [one.projectCode, one.projectName])),
        choice("month", t("month"), month, months(quarter).map((one) => [one, one])),
        may("workforce.RecordAttendanceBatch") && link("/import", t("importTitle"), { project: project.projectCode, month, kind: "attendance" }),
        m(Excel, { books: [{ book: "attendance", about: { project_code: project.projectCode, month }, name: [t("ledger_attendance"), project.projectName, month].join(" ") }] })),
      answered(all.entries, (rows_) => body(project, month, rows_))
    ];
  }

  return {
    onremove: () => Object.values(all).forEach((resource) => resource.leave()),
    view({ attrs: { params, quarter } }) {
      all.projects.want("projects", () => rows("registry.ListProjects"));
      return [heading(t("attendanceTitle"), printButton()), answered(all.projects, (list) => chosen(list, params, quarter))];
    },
  };
}
