// slips.js - the payslips of a sheet, to print, cut and hand out: what he is owed, what was kept back and why, and the code by
// which he reads the same on the notice board.
import {call, is, Resource, rows} from "../api.js";
import {days, number, yuan} from "../format.js";
import {answered, heading, link, nothing, printButton} from "../parts.js";
import {t, value} from "../words.js";

const AT_ONCE = 6, SLIPS_MOST = 500;

// A few at a time, in the sheet's order.
async function slipsOf(key, told) {
  const lines = (await rows("payroll.ListSheetLines", key, SLIPS_MOST)).slice(0, SLIPS_MOST);
  const slips = [];
  for (let from = 0; from < lines.length; from += AT_ONCE) {
    slips.push(...await Promise.all(
        lines.slice(from, from + AT_ONCE).map((line) => call("payroll.GetPayslip", {...key, workerNumber: line.workerNumber }))));
    told(slips.length, lines.length);
  }
  return slips;
}

const kept = [
  ["socialInsuranceFen", "socialInsurance"], ["housingFundFen", "housingFund"], ["incomeTaxFen", "incomeTax"],
  ["courtOrderFen", "courtOrder"]
];
const line = (word, cell) => [m("dt", t(word)), m("dd", cell)];

// The code is for those who hand the slips out.
const card = (slip) =>
    m("article.slip", m("h3", `${slip.workerName}　${slip.month}`),
      m("dl", line("idMask", slip.idNumberMask), line("project", slip.projectName), line("employer", slip.employerName),
        line("workDays", days(slip.dayHundredths)), line("standard", `${yuan(slip.rateFen)} / ${value("PayUnit", slip.payUnit)}`),
        line("gross", yuan(slip.grossFen)),
        !(slip.deductions || []).length &&
            kept.filter(([name]) => number(slip[name]) > 0).map(([name, word]) => line(word, "− " + yuan(slip[name]))),
        (slip.deductions || [])
            .map(
                (one) =>
                    [m("dt", value("DeductionKind", one.deductionKind)),
                     m("dd", "− " + yuan(one.deductionFen), one.deductionReason && ` (${one.deductionReason})`)]),
        line("net", m("strong", yuan(slip.netFen))), line("account", slip.accountNoMask), line("payDue", slip.dueDate),
        line("payout", [value("LineState", slip.lineState), slip.paidDate && " " + slip.paidDate])),
      slip.slipCode && is("CONTRACTOR", "OWNER", "TOWNSHIP") &&
          m("p.slipcode", t("slipCode"), m("code", slip.slipCode.replace(/(.{4})(?=.)/g, "$1 "))),
      m("p.small", slip.hotline && t("slipHotline", slip.hotline)));

export function Slips({attrs: {params: {code, sheet}}}) {
  const slips = new Resource();
  const key = { projectCode: code, sheetCode: sheet };
  let seen = [0, 0];

  return {
    onremove: () => slips.leave(),
    view() {
      slips.want(key, () => slipsOf(key, (...now) => {
                        seen = now;
                        m.redraw();
                      }));
      return [
        m("p.back.noprint", link(`/sheet/${code}/${sheet}`, "← " + t("backTo", t("sheet")))),
        heading(t("slipsTitle"), printButton()), m("p.small.noprint", t("slipsHint")),
        !slips.data && seen[1] > 0 && m("p", { role: "status" }, t("rowsOf", ...seen)),
        answered(slips, (list) => (list.length ? m(".slips", list.map(card)) : nothing(t("noSheetLines"))))
      ];
    },
  };
}
