// circular.js - the quarter's circular as it goes out, and the year's figures quarter by quarter.
import {call, Resource, rows} from "../api.js";
import {Actions} from "../form.js";
import {count_, days, number, quarterName, today, unknown, wan} from "../format.js";
import {answered, choice, heading, link, nothing, paper, printButton, signatures} from "../parts.js";
import {Table} from "../table.js";
import {t, value} from "../words.js";

export function Circular() {
  const list = new Resource();
  const one = new Resource();

  function body(data) {
    return [
      m("p.answer",
        t("circularSentence", quarterName(data.quarter), number(data.expectedCount), number(data.onTimeCount),
          number(data.lateCount), number(data.missingCount), number(data.projectCount), count_(data.absorbedCount),
          wan(data.paidFen), wan(data.unpaidFen))),
      m("p.small",
        [
          value("CircularState", data.circularState), data.documentNo, data.issuedDate,
          t("ofConsolidation", data.consolidationNumber)
        ].filter(Boolean)
            .join(" · ")),
      data.circularText ? m("pre.paper", data.circularText) : m("p.nothing", t("circularDraft")), m("h2", t("unit")), m(Table, {
        rows: data.units || [],
        caption: t("unit"),
        empty: t("noUnits"),
        columns: [
          { head: t("rank"), number: true, cell: (row) => number(row.rankNumber) || "" },
          { head: t("unit"), cell: (row) => link("/matrix/" + row.unitId, row.unitName) }, {
            head: t("state"),
            cell: (row) =>
                ({ ON_TIME: "● ", LATE: "◐ ", MISSING: "○ " }[row.timeliness] || "") + value("Timeliness", row.timeliness)
          },
          { head: t("filedAt"), cell: (row) => row.firstFiledDate },
          { head: t("lateDays"), number: true, cell: (row) => number(row.lateDays) || "" },
          { head: t("zeroReport"), cell: (row) => (row.isZero ? "✓" : "") }
        ]
      }),
      m("h2", t("exceptions")), m(Table, {
        rows: data.exceptions || [],
        caption: t("exceptions"),
        empty: t("noExceptions"),
        columns: [
          { head: t("exceptions"), cell: (row) => ["■ ", value("Exception", row.exceptionRule)] },
          { head: t("count"), number: true, cell: (row) => number(row.exceptionCount) },
          { head: t("unit"), cell: (row) => (row.unitNames || []).join("、") }
        ]
      }),
      m(Actions, {
        list: [{
          method: "gateway.IssueCircular",
          fixed: { quarter: data.quarter, circular_number: data.circularNumber },
          initial: { issued_date: today() },
          when: data.circularState === "DRAFT",
          word: t("issueCircular"),
          main: true,
          dry: true,
          question: () => t("issueAsk")
        }]
      }),
      signatures([
        [t("sealHere"), data.issuerName], [t("madeBy"), data.madeBy], [t("checkedBy"), data.issuedBy],
        [t("dateHere"), data.issuedDate]
      ])
    ];
  }

  return {
    onremove() {
      list.leave();
      one.leave();
    },
    view({ attrs: { params, quarter } }) {
      if (!quarter) return [heading(t("circularTitle")), nothing(t("noQuarter"))];
      list.want(quarter, () => rows("gateway.ListCirculars", { quarter }));
      const known = list.data || [];
      const chosen = known.find((row) => String(row.circularNumber) === params.number) || known[known.length - 1];
      if (chosen)
        one.want(
            [quarter, chosen.circularNumber],
            () => call("gateway.GetCircular", { quarter, circularNumber: chosen.circularNumber }));
      return [
        heading(t("circularTitle") + " " + quarterName(quarter), printButton()),
        known.length > 1 &&
            m(".tools.noprint",
              choice(
                  "number", t("circularNumber"), String(chosen.circularNumber),
                  known.map(
                      (row) =>
                          [String(row.circularNumber), `${row.circularNumber} ${value("CircularState", row.circularState)}`]))),
        answered(list, () => (chosen ? answered(one, body) : nothing(t("noCircular", quarterName(quarter))))),
        m(Actions, { list: [{ method: "gateway.DraftCircular", fixed: { quarter }, word: t("draftCircular"), main: !chosen }] })
      ];
    },
  };
}

const yearFigures = [
  ["projectCount", (one) => count_(one.projectCount)], ["absorbed", (one) => count_(one.absorbedCount)],
  ["local", (one) => count_(one.localCount)], ["female", (one) => count_(one.femaleCount)],
  ["workDays", (one) => days(one.dayHundredths)], ["due", (one) => wan(one.dueFen), "wanUnit"],
  ["paid", (one) => wan(one.paidFen), "wanUnit"], ["unpaid", (one) => wan(one.unpaidFen), "wanUnit"],
  ["perHead", (one) => (one.perHeadFen === undefined ? unknown() : wan(one.perHeadFen)), "wanUnit"],
  ["trained", (one) => count_(one.traineeCount)]
];

export function Annual() {
  const report = new Resource();
  const versions = new Resource();
  const paper_ = new Resource();
  const yearOf = (params, quarter) => Number(params.year || (quarter || today()).slice(0, 4));

  const body = (data) =>
      [m("p.answer",
         t("annualSentence", data.reportYear, count_(data.absorbedCount), days(data.dayHundredths), wan(data.dueFen),
           wan(data.paidFen)),
         (data.missingQuarters || []).length > 0 &&
             [" ○ ", t("annualMissing", data.missingQuarters.map(quarterName).join("、"))]),
       m("p.small",
         [
           data.dueDate && t("glanceDue", data.dueDate),
           (data.recipientNames || []).length && t("recipients", data.recipientNames.join("、"))
         ].filter(Boolean)
             .join(" · ")),
       m(Table, {
         rows: data.quarters || [],
         caption: t("annualTitle"),
         empty: t("annualEmpty"),
         open: (one) => "/consolidated?q=" + one.quarter,
         columns: [
           { head: t("quarter"), cell: (one) => link("/consolidated", quarterName(one.quarter), { q: one.quarter }) },
           ...yearFigures.map(
               ([word, cell, unit]) =>
                   ({ head: t(word), unit: unit && t(unit), number: true, cell: (one) => cell(one.summary || {}) }))
         ]
       }),
       signatures([[t("sealHere"), ""], [t("madeBy"), ""], [t("checkedBy"), ""], [t("dateHere"), ""]])];

  // The special report of the year as it goes to the government: drafted by the maker, its text fixed when it is issued.
  function special(year, list, params) {
    const chosen = list.find((one) => String(one.revision) === params.revision) ||
        [...list].sort((one, two) => number(two.revision) - number(one.revision))[0];
    const fixed = { report_year: year };
    if (chosen)
      paper_.want([year, chosen.revision], () => call("gateway.GetYearReport", { reportYear: year, revision: chosen.revision }));
    return [
      list.length > 1 &&
          m(".tools.noprint",
            choice(
                "revision", t("revision", ""), String(chosen.revision),
                list.map((one) => [String(one.revision), `${one.revision} ${value("YearReportState", one.yearReportState)}`]))),
      chosen ? answered(
                   paper_,
                   (data) =>
                       [m("p.small",
                          [
                            t("revision", data.revision), value("YearReportState", data.yearReportState), data.documentNo,
                            data.issuedDate, data.reviseReason
                          ].filter(Boolean)
                              .join(" · ")),
                        m("pre.paper", data.reportText), m(Actions, {
                          list: [{
                            method: "gateway.IssueYearReport",
                            fixed: {...fixed, revision: data.revision },
                            initial: { issued_date: today() },
                            when: data.yearReportState === "DRAFT",
                            word: t("issueYear"),
                            main: true,
                            dry: true,
                            question: () => t("issueAsk")
                          }]
                        }),
                        paper("/annual", t("revision", data.revision), [data.reportYear, data.revision, data.textDigest])]) :
               nothing(t("noYearReport")),
      m(Actions, { list: [{ method: "gateway.DraftYearReport", fixed, word: t("draftYear"), main: !chosen, dry: true }] })
    ];
  }

  return {
    onremove() {
      report.leave();
      versions.leave();
      paper_.leave();
    },
    view({ attrs: { params, quarter } }) {
      const year = yearOf(params, quarter);
      versions.want(year, () => rows("gateway.ListYearReports", { reportYear: year }));
      report.want(year, () => call("gateway.GetAnnualReport", { reportYear: year }));
      const years = Array.from({ length: 5 }, (_, back) => String(Number(today().slice(0, 4)) + 1 - back));
      return [
        heading(t("annualTitle") + " " + year, printButton()),
        m(".tools.noprint", choice("year", t("year"), String(year), years.map((one) => [one, one]))), answered(report, body),
        m("h2", t("yearReport")), answered(versions, (list) => special(year, list, params))
      ];
    },
  };
}
