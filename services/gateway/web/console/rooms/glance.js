// glance.js - the quarter at a glance: who has reported, who has not, who is asked next.
import {Action, call, hasDuty, is, Resource} from "../api.js";
import {Actions} from "../form.js";
import {daysBetween, moment, number, quarterName, today} from "../format.js";
import {answered, ask, heading, link, nothing, printButton, problemBox} from "../parts.js";
import {Table} from "../table.js";
import {t, value} from "../words.js";

const steps = ["made", "checked", "filed", "decided"];
const reached = {
  MISSING: 0,
  RECEIVING: 1,
  DRAFT: 1,
  CHECKED: 2,
  SUBMITTED: 3,
  RETURNED: 4,
  ACCEPTED: 4
};
const order = ["MISSING", "RECEIVING", "DRAFT", "RETURNED", "CHECKED", "SUBMITTED", "ACCEPTED"];
const stateOf = (unit) => unit.reportState || "MISSING";
const isFiled = (unit) => reached[stateOf(unit)] >= 3;

export const sign = (kind) => ({onTime: "●", late: "◐", missing: "○", returned: "↩", blocked: "■"})[kind];
const word = (kind) => t("sign" + kind[0].toUpperCase() + kind.slice(1));
const marked = (kind) => m(
    "span", { class: "sign " + kind, title: word(kind) }, m("span[aria-hidden=true]", sign(kind)), m("span.hidden", word(kind)));

function mark(unit, index, overdue) {
  const done = reached[stateOf(unit)] > index;
  if (!done) return marked(index === 2 && overdue ? "blocked" : "missing");
  if (index === 3 && stateOf(unit) === "RETURNED") return marked("returned");
  return marked(index === 2 && unit.isLate ? "late" : "onTime");
}

function sentence(quarter, data) {
  const missing = number(data.expectedCount) - number(data.reportedCount);
  const checked = (data.units || []).filter((unit) => stateOf(unit) === "CHECKED").map((unit) => unit.unitName);
  const names = [...(data.missingUnitNames || []), ...checked];
  return t(missing ? "glanceSentence" : "glanceAll", quarterName(quarter), number(data.expectedCount), number(data.reportedCount),
           number(data.onTimeCount), missing) +
      (names.length ? t("namesFollow") + names.join(t("nameComma")) : "") + t("fullStop");
}

function standing(data) {
  const left = daysBetween(today(), data.dueDate);
  return [
    t("glanceDue", data.dueDate), number(data.graceDays) > 0 && t("graceDays", data.graceDays),
    data.quarterState === "OPEN" && t(left >= 0 ? "glanceLeft" : "glancePast", Math.abs(left)),
    t("glanceAccepted", number(data.acceptedCount)), t(data.quarterState)
  ].filter(Boolean)
      .join(" · ");
}

export function Glance() {
  const completeness = new Resource();
  const consolidate = new Action("gateway.Consolidate");

  const columns = (overdue) =>
      [{ head: t("unit"), cell: (unit) => (unit.reportCode ? link("/report/" + unit.reportCode, unit.unitName) : unit.unitName) },
       ...steps.map((step, index) => ({ head: t(step), cell: (unit) => mark(unit, index, overdue) })),
       { head: t("state"), cell: (unit) => [value("ReportState", stateOf(unit)), unit.isZero && " · " + t("zeroReport")] },
       { head: t("filedAt"), cell: (unit) => moment(unit.submittedAtUs) },
       { head: t("next"), cell: (unit) => t("next" + stateOf(unit)) },
  ];

  async function consolidated(quarter) {
    if (await consolidate.run({ quarter })) m.route.set("/consolidated", { q: quarter });
  }

  function table(quarter, data) {
    const overdue = daysBetween(today(), data.dueDate) + number(data.graceDays) < 0;
    const units = [...(data.units || [])].sort(
        (one, two) => order.indexOf(stateOf(one)) - order.indexOf(stateOf(two)) || one.unitId.localeCompare(two.unitId));
    return [m("p.answer[data-test=answer]", sentence(quarter, data)), m("p.small", standing(data)),
      m(Table, { rows: units, columns: columns(overdue), caption: t("glanceTitle"), empty: t("noUnits"), searchable: true,
        open: (unit) => (unit.reportCode ? "/report/" + unit.reportCode + "?q=" + quarter : undefined), rowClass: (unit) => (isFiled(unit) ? "" : "waits") }),
      m("p.legend", t("legend") + "：", ["onTime", "late", "missing", "returned", "blocked"].map((kind) => m("span", sign(kind) + " " + word(kind)))),
      m(Actions, {
        list: [
          { method: "gateway.OpenQuarter", word: t("openQuarter") },
          { method: "gateway.CloseQuarter", fixed: { quarter }, when: data.quarterState === "OPEN", word: t("closeQuarter"), question: () => t("closeQuarterAsk", quarterName(quarter)) }
        ]
      }),
      problemBox(consolidate.problem),
      is("OFFICE") && hasDuty("CHECKER") && m(".buttons.noprint", m("button.main", { type: "button", disabled: consolidate.busy,
        onclick: () => ask(t("consolidateAsk", quarterName(quarter), number(data.acceptedCount), number(data.expectedCount)), t("consolidateButton"), () => consolidated(quarter)) }, t("consolidateButton")))];
  }

  return {
    onremove: () => completeness.leave(),
    view({ attrs: { quarter, quarters } }) {
      if (quarter) completeness.want(quarter, () => call("gateway.GetCompleteness", { quarter }));
      return [
        heading(t("glanceTitle"), printButton()),
        !quarter ? answered(quarters, () => [nothing(t("noQuarter")), m(Actions, { list: [{ method: "gateway.OpenQuarter", word: t("openQuarter"), main: true }] })]) : answered(completeness, (data) => table(quarter, data))
      ];
    },
  };
}
