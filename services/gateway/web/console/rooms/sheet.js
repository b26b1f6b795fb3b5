// sheet.js - one wage sheet: its steps, its lines, its objections; the owner's checker approves it. Prints as the list that
// workers sign.
import {Action, call, hasDuty, is, Resource, rows} from "../api.js";
import {count_, days, number, yuan} from "../format.js";
import {answered, ask, heading, link, printButton, problemBox, signatures} from "../parts.js";
import {Table} from "../table.js";
import {t, value} from "../words.js";

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
     { head: t("account"), cell: (line) => [line.accountNoMask, m("div.small", line.bankName)] },
     { head: t("confirm"), cell: (line) => line.confirmedDate || "○" },
     {
       head: t("payout"),
       cell: (line) =>
           [value("LineState", line.lineState), line.paidDate && m("div.small", line.paidDate),
            line.rejectReason && m("div.small.bad", line.rejectReason)]
     },
];

export function Sheet({attrs: {params: {code, sheet: sheetCode}}}) {
  const key = { projectCode: code, sheetCode };
  const all = { sheet: new Resource(), lines: new Resource(), objections: new Resource() };
  const approve = new Action("payroll.ApproveSheet");

  function body(sheet) {
    const may = is("OWNER") && hasDuty("CHECKER") && ["WORKER_CONFIRMED", "SUPERVISOR_REVIEWED"].includes(sheet.sheetState);
    const total = [
      t("total"), "", days(sheet.dayHundredths), "", yuan(sheet.grossFen), yuan(sheet.deductionFen), yuan(sheet.netFen), "", "",
      yuan(sheet.paidFen)
    ];
    return [
      heading(
          `${t("sheetsTitle")} ${sheet.month}`, m("span.state[data-test=state]", value("SheetState", sheet.sheetState)),
          printButton()),
      m("p.answer",
        t("sheetSentence", sheet.month, number(sheet.lineCount), days(sheet.dayHundredths), yuan(sheet.grossFen),
          yuan(sheet.deductionFen), yuan(sheet.netFen), yuan(sheet.paidFen))),
      m("p.small", link("/project/" + code, code), " · ", m("code", sheetCode), " · ",
        t("confirmedCount", count_(sheet.confirmedCount), count_(sheet.lineCount)),
        sheet.dueDate && [" · ", t("payDue"), " ", sheet.dueDate]),
      stepLine(t("sheetSteps"), steps, sheet.sheetState === "PARTLY_PAID" ? "ORDERED" : sheet.sheetState, "SheetState"),
      sheet.voidReason && m("p", "■ ", t("voidWhy"), "：", sheet.voidReason), problemBox(approve.problem),
      may &&
          m(".buttons.noprint",
            m("button.main[data-test=approve]", {
              type: "button",
              disabled: approve.busy,
              onclick: () => ask(t("approveAsk", sheet.month, yuan(sheet.netFen)), t("approveSheet"), () => approve.run(key))
            },
              t("approveSheet"))),
      answered(all.lines, (lines) => m(Table, {
                            rows: lines,
                            columns: columns(),
                            caption: t("sheet"),
                            empty: t("noSheetLines"),
                            searchable: true,
                            total,
                            cut: lines.cut
                          })),
      m("h2", t("objections")),
      answered(all.objections, (list) => m(Table, {
                                 rows: list,
                                 caption: t("objections"),
                                 empty: t("noObjections"),
                                 columns: [
                                   { head: t("worker"), cell: (one) => one.workerNumber },
                                   { head: t("objections"), cell: (one) => one.objectionReason },
                                   { head: t("state"), cell: (one) => value("ObjectionState", one.objectionState) },
                                   { head: t("note"), cell: (one) => one.resolutionNote }
                                 ]
                               })),
      signatures([
        [t("sealHere"), ""], [t("madeBy"), sheet.drawnBy], [t("checkedBy"), sheet.approvedBy], [t("dateHere"), sheet.drawnDate]
      ])
    ];
  }

  return {
    onremove: () => Object.values(all).forEach((resource) => resource.leave()),
    view() {
      all.sheet.want(key, () => call("payroll.GetSheet", key));
      all.lines.want(key, () => rows("payroll.ListSheetLines", key, 4000));
      all.objections.want(key, () => rows("payroll.ListObjections", key));
      return [m("p.back.noprint", link("/sheets", "← " + t("backTo", t("sheetsTitle")))), answered(all.sheet, body)];
    },
  };
}
