// sheets.js - wage sheets, all that the reader may see; filters stay in the address.
import {Resource, rows} from "../api.js";
import {count_, days, number, yuan} from "../format.js";
import {answered, choice, heading, link, printButton} from "../parts.js";
import {Table} from "../table.js";
import {t, value, valuesOf} from "../words.js";

const sum = (list, name) => String(list.reduce((total, row) => total + BigInt(row[name] || 0), 0n));

export const sheetColumns = () =>
    [{head: t("sheet"), cell: (sheet) => link(`/sheet/${sheet.projectCode}/${sheet.sheetCode}`, sheet.sheetCode)},
     {head: t("month"), cell: (sheet) => sheet.month},
     {head: t("state"), cell: (sheet) => [sheet.isLate && m("span.late", "◐ "), value("SheetState", sheet.sheetState)]},
     {head: t("lineCount"), number: true, cell: (sheet) => count_(sheet.lineCount)},
     {head: t("confirm"), number: true, cell: (sheet) => count_(sheet.confirmedCount)},
     {head: t("workDays"), number: true, cell: (sheet) => days(sheet.dayHundredths)},
     {head: t("net"), unit: t("yuanUnit"), number: true, cell: (sheet) => yuan(sheet.netFen)},
     {head: t("paid"), unit: t("yuanUnit"), number: true, cell: (sheet) => yuan(sheet.paidFen)},
     {head: t("payDue"), cell: (sheet) => sheet.dueDate},
     {
       head: t("document"),
       cell: (sheet) =>
           (sheet.filedDate           ? "● " + sheet.filedDate :
                sheet.isFilingOverdue ? "■ " + sheet.filingDueDate :
                                        "○ " + (sheet.filingDueDate || ""))
     },
];

export function Sheets() {
  const list = new Resource();

  function table(data) {
    const valid = data.filter((sheet) => sheet.sheetState !== "VOID");
    const waits = valid.filter((sheet) => ["WORKER_CONFIRMED", "SUPERVISOR_REVIEWED"].includes(sheet.sheetState)).length;
    return [
      m("p.answer",
        t("sheetsSentence", valid.length, yuan(sum(valid, "netFen")), yuan(sum(valid, "paidFen")), waits,
          valid.filter((sheet) => number(sheet.arrearsFen) > 0).length)),
      m(Table, {
        rows: data,
        caption: t("sheetsTitle"),
        empty: t("noSheets"),
        searchable: true,
        cut: data.cut,
        open: (sheet) => `/sheet/${sheet.projectCode}/${sheet.sheetCode}`,
        columns:
            [{ head: t("project"), cell: (sheet) => link("/project/" + sheet.projectCode, sheet.projectCode) }, ...sheetColumns()]
      })
    ];
  }

  return {
    onremove: () => list.leave(),
    view({ attrs: { params, quarter } }) {
      const asked = { sheetState: params.state || "UNSPECIFIED", quarter };
      list.want(asked, () => rows("payroll.ListSheets", asked));
      return [
        heading(t("sheetsTitle"), printButton()),
        m(".tools.noprint",
          choice(
              "state", t("state"), params.state,
              [["", t("all")], ...valuesOf("SheetState").map((name) => [name, value("SheetState", name)])])),
        answered(list, table)
      ];
    },
  };
}
