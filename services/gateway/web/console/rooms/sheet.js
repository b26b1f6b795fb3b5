// sheet.js - one wage sheet: its steps, its lines, its objections; the owner's checker approves it. Prints as the list that
// workers sign.
import {call, Resource, rows} from "../api.js";
import {Actions, Doing} from "../form.js";
import {count_, days, number, yuan} from "../format.js";
import {answered, heading, link, paper, printButton, signatures} from "../parts.js";
import {Table} from "../table.js";
import {t, value} from "../words.js";

import {Confirm} from "./confirm.js";
import {stepLine} from "./project.js";

const steps = ["DRAFT", "WORKER_CONFIRMED", "SUPERVISOR_REVIEWED", "OWNER_APPROVED", "PUBLICISED", "ORDERED", "PAID", "FILED"];

const columns = () =>
    [{ head: t("worker"), cell: (line) => [line.workerName, line.held && m("span.bad", " ■ " + t("held"))] },
     { head: t("idMask"), cell: (line) => line.idNumberMask },
     { head: t("workDays"), number: true, cell: (line) => days(line.dayHundredths) },
     {
       head: t("standard"),
       unit: t("yuanUnit"),
       number: true,
       cell: (line) => [yuan(line.rateFen), m("span.unit", " / ", value("PayUnit", line.payUnit))]
     },
     { head: t("gross"), unit: t("yuanUnit"), number: true, cell: (line) => yuan(line.grossFen) },
     { head: t("deduction"), unit: t("yuanUnit"), number: true, cell: (line) => yuan(line.deductionFen) },
     { head: t("net"), unit: t("yuanUnit"), number: true, cell: (line) => yuan(line.netFen) },
     { head: t("account"), cell: (line) => [line.accountNoMask, m("div.small.noprint", line.bankName)] },
     { head: t("confirm"), cell: (line) => line.confirmedDate || "○" },
     {
       head: t("payout"),
       cell: (line) =>
           [value("LineState", line.lineState), line.paidDate && m("div.small", line.paidDate),
            line.rejectReason && m("div.small.bad", line.rejectReason)]
     },
     { head: t("printConfirm"), class: "onlyprint", cell: () => "" },
];

const questions = ["standardOk", "cycleOk", "agreementsOk", "workerLedgerOk", "payLedgerOk"];
const answerOf = (review, name) => (review[name] ? "● " + t("yesWord") : review[name] === false || review.reviewKind !== "TOWNSHIP" ? "■ " + t("noWord") : "");

// What may be done with the sheet where it stands; each is offered to those who may do it.
function actionsOf(sheet, lines, project) {
  const key = { project_code: sheet.projectCode, sheet_code: sheet.sheetCode };
  const state = (...states) => states.includes(sheet.sheetState);
  const ready = lines.filter((line) => line.lineState === "CONFIRMED" && !line.held);
  const total = String(ready.reduce((sum, line) => sum + BigInt(line.netFen || 0), 0n));
  const bureau = project && project.facts.bureauUnitId;
  return [
    { method: "payroll.ReviewSheetAtTownship", fixed: key, when: state("WORKER_CONFIRMED", "SUPERVISOR_REVIEWED", "OWNER_APPROVED"), word: t("reviewAtTownship") },
    { method: "payroll.ReviewSheet", fixed: key, when: state("WORKER_CONFIRMED"), word: t("reviewSheet"), main: true, head: t("reviewHint") },
    {
      method: "payroll.ApproveSheet",
      fixed: key,
      when: state("WORKER_CONFIRMED", "SUPERVISOR_REVIEWED"),
      word: t("approveSheet"),
      main: true,
      dry: true,
      question: () => t("approveAsk", sheet.month, yuan(sheet.netFen))
    },
    { method: "payroll.PublishSheet", fixed: key, when: state("OWNER_APPROVED"), word: t("publishSheet"), main: true, dry: true, question: () => t("publishAsk", sheet.month) },
    {
      method: "payroll.OrderPayment",
      fixed: {...key, line_count: ready.length, total_fen: total },
      when: state("PUBLICISED", "ORDERED", "PARTLY_PAID") && ready.length > 0,
      word: t("orderPayment", ready.length, yuan(total)),
      main: true,
      dry: true,
      question: () => t("orderAsk", ready.length, yuan(total))
    },
    { method: "payroll.FileSheet", fixed: key, when: state("PAID", "FILED"), word: t("fileSheet"), main: state("PAID"), initial: { filing_unit_id: bureau || "" }, dry: true },
    { method: "payroll.ObjectToLine", fixed: key, when: state("PUBLICISED", "ORDERED", "PARTLY_PAID", "PAID", "FILED"), word: t("objectToLine") },
    {
      method: "payroll.VoidSheet",
      fixed: key,
      when: state("DRAFT", "WORKER_CONFIRMED", "SUPERVISOR_REVIEWED", "OWNER_APPROVED", "PUBLICISED", "REOPENED"),
      word: t("voidSheet"),
      question: () => t("voidAsk", sheet.month)
    },
  ];
}

const objectionTable = (list) => ({
  rows: list,
  caption: t("objections"),
  empty: t("noObjections"),
  columns: [
    { head: t("worker"), cell: (one) => one.workerName || one.workerNumber },
    { head: t("objections"), cell: (one) => one.objectionReason },
    { head: t("state"), cell: (one) => value("ObjectionState", one.objectionState) },
    { head: t("note"), cell: (one) => one.resolutionNote }
  ]
});

const reviewTable = (list) => m(Table, {
  rows: list,
  caption: t("reviews"),
  empty: t("noReviews"),
  columns: [
    { head: t("date"), cell: (one) => one.reviewedDate }, { head: t("by"), cell: (one) => [value("ReviewKind", one.reviewKind), " ", one.reviewedBy] },
    ...questions.map((name) => ({ head: t(name), cell: (one) => answerOf(one, name) })), { head: t("note"), cell: (one) => one.reviewNote }
  ]
});

export function Sheet({attrs: {params: {code, sheet: sheetCode}}}) {
  const key = { projectCode: code, sheetCode };
  const all = { sheet: new Resource(), lines: new Resource(), objections: new Resource(), reviews: new Resource(), project: new Resource() };

  const resolving = (one) => [{
    method: "payroll.ResolveObjection",
    fixed: { project_code: code, sheet_code: sheetCode, objection_number: one.objectionNumber },
    when: one.objectionState === "OPEN",
    word: t("resolve")
  }];

  function body(sheet) {
    const lines = all.lines.data || [];
    const project = all.project.data;
    const parties = project && project.parties;
    const total = [
      t("total"), "", days(sheet.dayHundredths), "", yuan(sheet.grossFen), yuan(sheet.deductionFen), yuan(sheet.netFen), "", "",
      yuan(sheet.paidFen), ""
    ];
    return [
      heading(
          `${t("sheetsTitle")} ${sheet.month}`, m("span.state[data-test=state]", value("SheetState", sheet.sheetState)),
          printButton()),
      m("p.answer",
        t("sheetSentence", sheet.month, number(sheet.lineCount), days(sheet.dayHundredths), yuan(sheet.grossFen),
          yuan(sheet.deductionFen), yuan(sheet.netFen), yuan(sheet.paidFen))),
      m("p.small", link("/project/" + code, project ? project.facts.projectName : code), " · ", m("code", sheetCode), " · ",
        t("confirmedCount", count_(sheet.confirmedCount), count_(sheet.lineCount)),
        sheet.dueDate && [" · ", t("payDue"), " ", sheet.dueDate]),
      stepLine(t("sheetSteps"), steps, sheet.sheetState === "PARTLY_PAID" ? "ORDERED" : sheet.sheetState, "SheetState"),
      sheet.voidReason && m("p", "■ ", t("voidWhy"), "：", sheet.voidReason),
      ["PUBLICISED", "ORDERED", "PARTLY_PAID", "PAID", "FILED"].includes(sheet.sheetState) && m("p.noprint", link(`/slips/${code}/${sheetCode}`, t("printSlips") + " →")),
      m(Actions, { list: actionsOf(sheet, lines, project), parties }), m(Confirm, { sheet, lines, parties }),
      answered(all.lines, (lines) => m(".signlist", m(Table, {
                            rows: lines,
                            columns: columns(),
                            caption: t("sheet"),
                            empty: t("noSheetLines"),
                            searchable: true,
                            books: [{ book: "wages", about: { project_code: code, month: sheet.month }, name: [t("ledger_wages"), project ? project.facts.projectName : code, sheet.month].join(" ") }],
                            total,
                            cut: lines.cut
                          }))),
      m("h2", t("objections")),
      answered(all.objections, (list) => m(Doing, { table: objectionTable(list), doing: resolving, parties })),
      m("h2", t("reviews")), answered(all.reviews, reviewTable),
      signatures([
        [t("sealHere"), ""], [t("madeBy"), sheet.drawnBy], [t("checkedBy"), sheet.approvedBy], [t("dateHere"), sheet.drawnDate]
      ]),
      paper(`/sheet/${code}/${sheetCode}`, value("SheetState", sheet.sheetState), [sheet.sheetCode, sheet.attendanceDigest, sheet.lineCount, sheet.grossFen, sheet.deductionFen, sheet.netFen])
    ];
  }

  return {
    onremove: () => Object.values(all).forEach((resource) => resource.leave()),
    view() {
      all.sheet.want(key, () => call("payroll.GetSheet", key));
      all.lines.want(key, () => rows("payroll.ListSheetLines", key, 4000));
      all.objections.want(key, () => rows("payroll.ListObjections", key));
      all.reviews.want(key, () => rows("payroll.ListSheetReviews", key));
      all.project.want(code, () => call("registry.GetProject", { projectCode: code }).catch((problem) => {
        if (problem.status === 403) return null;
        throw problem;
      }));
      return [m("p.back.noprint", link("/sheets", "← " + t("backTo", t("sheetsTitle")))), answered(all.sheet, body)];
    },
  };
}
