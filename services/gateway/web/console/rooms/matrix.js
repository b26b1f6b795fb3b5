// matrix.js - what every unit owes for the quarter and what of it is there: sealed months, sheets, payments, filings, notices,
// progress, the report; and who is asked next.
import {call, Resource, rows} from "../api.js";
import {Actions} from "../form.js";
import {count_, number, quarterName} from "../format.js";
import {answered, heading, link, nothing, printButton} from "../parts.js";
import {Table} from "../table.js";
import {t, value} from "../words.js";

const kindsOf = (list) => [...new Set(list.map((row) => row.factKind))];

// ● all there, ◐ some, ○ none; nothing due is a stroke. The count stands beside the sign.
function mark(fact) {
  if (!fact || !number(fact.dueCount)) return m("span.unit", { title: t("nothingDue") }, "—");
  const [due, done] = [number(fact.dueCount), number(fact.doneCount)];
  const kind = done >= due ? "onTime" : done ? "late" : "missing";
  const word = t(done >= due ? "factAll" : done ? "factSome" : "factNone");
  return m(
      "span", { class: "sign " + kind, title: word }, m("span[aria-hidden=true]", { onTime: "●", late: "◐", missing: "○" }[kind]),
      m("span.hidden", word), m("span.count", " ", done, "/", due));
}

// Rows of (who, kind) become one row a who, with its facts by kind; who wants most stands first.
function pivot(list, key) {
  const made = new Map();
  for (const row of list) {
    if (!made.has(row[key])) made.set(row[key], {...row, facts: {}, wanting: 0 });
    const one = made.get(row[key]);
    one.facts[row.factKind] = row;
    one.wanting += number(row.dueCount) - number(row.doneCount);
  }
  return [...made.values()].sort((one, two) => two.wanting - one.wanting);
}

const factColumns = (kinds) => kinds.map((kind) => ({ head: value("FactKind", kind), cell: (row) => mark(row.facts[kind]) }));
const wantingColumn = () => ({ head: t("wantingCount"), number: true, cell: (row) => count_(row.wanting) });

function sums(list, kinds) {
  return [
    t("total"), ...kinds.map((kind) => {
      const of = list.filter((row) => row.factKind === kind);
      return of.reduce((sum, row) => sum + number(row.doneCount), 0) + "/" +
          of.reduce((sum, row) => sum + number(row.dueCount), 0);
    }),
    count_(list.reduce((sum, row) => sum + number(row.dueCount) - number(row.doneCount), 0))
  ];
}

const legend = () => m("p.legend", t("legend") + "：", [
  "factAll", "factSome", "factNone", "nothingDue"
].map((word, index) => m("span", ["●", "◐", "○", "—"][index] + " " + t(word))));

export function Matrix() {
  const all = { matrix: new Resource(), reminders: new Resource() };

  function body(data, quarter) {
    const list = data.rows || [];
    const kinds = kindsOf(list);
    return [
      m("p.answer",
        t("matrixSentence", quarterName(quarter), number(data.unitCount), number(data.completeUnitCount),
          number(data.unitCount) - number(data.completeUnitCount))),
      m(Table, {
        rows: pivot(list, "unitId"),
        caption: t("matrixTitle"),
        empty: t("noUnits"),
        searchable: true,
        total: sums(list, kinds),
        open: (row) => `/matrix/${row.unitId}?q=${quarter}`,
        columns: [
          { head: t("unit"), cell: (row) => link("/matrix/" + row.unitId, row.unitName) }, ...factColumns(kinds), wantingColumn()
        ]
      }),
      legend()
    ];
  }

  const asked = (list, quarter) => m(Table, {
    rows: list.filter((one) => !one.quarter || one.quarter === quarter),
    caption: t("askedNext"),
    empty: t("nobodyAsked"),
    columns: [
      { head: t("unit"), cell: (one) => one.unitName },
      { head: t("what"), cell: (one) => value("ReminderSubject", one.reminderSubject || "QUARTER_REPORT") }, {
        head: t("why_"),
        cell: (one) => [one.reminderKind === "LATE" && m("span.bad", "■ "), value("ReminderKind", one.reminderKind)]
      },
      { head: t("dueDate"), cell: (one) => one.dueDate }, { head: t("onTimeUntil"), cell: (one) => one.onTimeUntilDate },
      { head: t("workingDays"), number: true, cell: (one) => number(one.workingDayCount) },
      { head: t("state"), cell: (one) => value("ReportState", one.reportState || "MISSING") },
      { head: t("next"), cell: (one) => t("next" + (one.reportState || "MISSING")) }
    ]
  });

  return {
    onremove: () => Object.values(all).forEach((resource) => resource.leave()),
    view({ attrs: { quarter, quarters } }) {
      if (!quarter) return [heading(t("matrixTitle")), answered(quarters, () => nothing(t("noQuarter")))];
      all.matrix.want(quarter, () => call("gateway.GetCompletenessMatrix", { quarter }));
      all.reminders.want(quarter, () => rows("gateway.ListReminders"));
      return [
        heading(t("matrixTitle"), printButton()), answered(all.matrix, (data) => body(data, quarter)), m("h2", t("askedNext")),
        answered(all.reminders, (list) => asked(list, quarter))
      ];
    },
  };
}

export function UnitFacts({attrs: {params: {unit}}}) {
  const facts = new Resource();

  function body(data, quarter) {
    const list = data.rows || [];
    const kinds = kindsOf([...list, ...(data.sums || [])]);
    return [
      heading(
          t("unitFactsTitle", data.unitName, quarterName(quarter)),
          m("span.state", data.isComplete ? "● " + t("factAll") : "◐ " + t("factSome")), printButton()),
      m("p.answer",
        t("unitFactsSentence", new Set(list.map((row) => row.projectCode)).size,
          list.reduce((sum, row) => sum + number(row.dueCount) - number(row.doneCount), 0),
          value("ReportState", data.reportState || "MISSING"))),
      data.reportCode && m("p", link("/report/" + data.reportCode, t("report") + " →")), m(Table, {
        rows: pivot(list, "projectCode"),
        caption: t("matrixTitle"),
        empty: data.isZero ? t("zeroReport") : t("noProjectsDue"),
        searchable: true,
        open: (row) => "/project/" + row.projectCode,
        columns: [
          {
            head: t("project"),
            cell: (row) => [link("/project/" + row.projectCode, row.projectName), m(".code", row.projectCode)]
          },
          ...factColumns(kinds), wantingColumn()
        ]
      }),
      legend(),
      m(Actions, { list: [{ method: "gateway.GrantExtension", fixed: { unit_id: unit, quarter }, word: t("grantExtension") }] })
    ];
  }

  return {
    onremove: () => facts.leave(),
    view({ attrs: { quarter } }) {
      if (!quarter) return nothing(t("noQuarter"));
      facts.want([unit, quarter], () => call("gateway.GetUnitCompleteness", { unitId: unit, quarter }));
      return [
        m("p.back.noprint", link("/matrix", "← " + t("backTo", t("matrixTitle")))), answered(facts, (data) => body(data, quarter))
      ];
    },
  };
}
