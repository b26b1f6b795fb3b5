// consolidated.js - the quarter's consolidated figures, with two pictures: paid by quarter and field, ratio against floor.
import {call, Resource, rows} from "../api.js";
import {Excel} from "../excel.js";
import {count_, days, moment, number, percent, quarterName, wan} from "../format.js";
import {address, answered, heading, link, nothing, paper, printButton, problemBox, setFilters, signatures} from "../parts.js";
import {Table} from "../table.js";
import {t, value, valuesOf} from "../words.js";

import {exceptionNote, figureTables, ratioCell} from "./report.js";

const QUARTERS_SHOWN = 6;
const kinds = [
  ["byField", "FieldOfWork"], ["byUnit", null], ["byListKind", "ListKind"], ["byListLevel", "ListLevel"], ["byTrack", "Track"], ["byTownship", null]
];

function totals(report, kind, enumeration, units) {
  // Every row leads on: a unit to its report, a field or a track to its projects.
  const to = { byField: (key) => link("/projects", word(key), { field: key }), byTrack: (key) => link("/projects", word(key), { track: key }) };
  const reports = Object.fromEntries((report.units || []).filter((unit) => unit.reportCode).map((unit) => [unit.unitId, unit.reportCode]));
  const name = ({ totalKey }) => (kind === "byUnit" && reports[totalKey] ? link("/report/" + reports[totalKey], units[totalKey] || totalKey) : to[kind] && totalKey ? to[kind](totalKey) : word(totalKey));
  const word = (totalKey) =>
      (enumeration ? value(enumeration, totalKey) || t("unlisted") : units[totalKey] || totalKey);
  return figureTables("total", report[kind] || [], [{ head: t(kind).replace("按", ""), cell: name }], { total: report.summary || {} });
}

// Bars by quarter, stacked by field in the order of the policy; every part that has room bears its name.
function paidPicture(reports) {
  const fields = valuesOf("FieldOfWork");
  const bars = reports.map(
      (report) => ({
        quarter: report.quarter,
        parts:
            fields
                .map(
                    (field) => (
                        { field, fen: number(((report.byField || []).find((total) => total.totalKey === field) || {}).paidFen) }))
                .filter((part) => part.fen > 0)
      }));
  const most = Math.max(1, ...bars.map((bar) => bar.parts.reduce((sum, part) => sum + part.fen, 0)));
  const width = 640;
  return m(
      "svg.picture", { viewBox: `0 0 ${width + 210} ${bars.length * 46 + 6}`, role: "img", "aria-label": t("paidPicture") },
      bars.map((bar, row) => {
        let at = 110;
        const whole = bar.parts.reduce((sum, part) => sum + part.fen, 0);
        const parts = bar.parts.map((part) => {
          const wide = part.fen / most * (width - 110);
          const box = [
            m("rect", { class: "f" + fields.indexOf(part.field), x: at, y: row * 46 + 6, width: wide, height: 30 },
              m("title", `${value("FieldOfWork", part.field)} ${wan(part.fen)}`)),
            wide > 60 && m("text.inside", { x: at + 6, y: row * 46 + 26 }, value("FieldOfWork", part.field))
          ];
          at += wide;
          return box;
        });
        return [
          m("text", { x: 0, y: row * 46 + 26 }, quarterName(bar.quarter)), parts,
          m("text", { x: at + 8, y: row * 46 + 26 }, wan(whole))
        ];
      }));
}

// One dot a project on the scale of its ratio; the floor is a stroke, what is below it is named.
function ratioPicture(lines) {
  const known = lines.map((one) => one.line).filter((line) => line.ratioBp !== undefined);
  if (!known.length) return nothing(t("noRatio"));
  const most = Math.max(5000, ...known.map((line) => Math.max(number(line.ratioBp), number(line.floorBp)))) * 1.05;
  const x = (bp) => 10 + bp / most * 780;
  const floors = [...new Set(known.filter((line) => line.floorBp !== undefined).map((line) => number(line.floorBp)))];
  const isBelow = (line) => line.floorBp !== undefined && number(line.ratioBp) < number(line.floorBp);
  const below = known.filter(isBelow);
  return [
    m("svg.picture", { viewBox: "0 0 820 84", role: "img", "aria-label": t("ratioPicture") },
      m("line.axis", { x1: 10, x2: 800, y1: 50, y2: 50 }),
      floors.map(
          (floor) =>
              [m("line.floor", { x1: x(floor), x2: x(floor), y1: 20, y2: 62 }),
               m("text", { x: x(floor) + 4, y: 20 }, "≥ " + percent(floor))]),
      [0, 1000, 2000, 3000, 4000, 5000].map((bp) => m("text.tick", { x: x(bp), y: 78 }, bp / 100 + " %")),
      known.map(
          (line, index) =>
              m(isBelow(line) ? "rect.below" : "circle.dot", {
                cx: x(number(line.ratioBp)),
                cy: 50 - (index % 3) * 9,
                r: 5,
                x: x(number(line.ratioBp)) - 5,
                y: 45 - (index % 3) * 9,
                width: 10,
                height: 10
              },
                m("title", `${line.projectName} ${percent(line.ratioBp)}`)))),
    below.length > 0 &&
        m("p", "■ " + t("below") + "：",
          below.map((line) => m("span", link("/project/" + line.projectCode, line.projectName), " ", ratioCell(line), "　")))
  ];
}

export function Consolidated() {
  const report = new Resource();
  const earlier = new Resource();

  async function several(upTo) {
    const quarters =
        (await rows("gateway.ListQuarters")).map((one) => one.quarter).filter((one) => one <= upTo).slice(-QUARTERS_SHOWN);
    const all =
        await Promise.all(quarters.map((quarter) => call("gateway.GetConsolidatedReport", { quarter }).catch((problem) => {
          if (problem.reason === "NOT_CONSOLIDATED") return null;
          throw problem;
        })));
    return all.filter(Boolean);
  }

  function body(data) {
    const units = Object.fromEntries((data.units || []).map((unit) => [unit.unitId, unit.unitName]));
    const chosen = kinds.find(([kind]) => kind === m.route.param("by")) || kinds[0];
    const all = data.summary || {};
    return [
      m("p.answer",
        t("consolidatedSentence", quarterName(data.quarter), data.consolidationNumber, number(all.projectCount),
          count_(all.absorbedCount), days(all.dayHundredths), wan(all.dueFen), wan(all.paidFen), wan(all.unpaidFen),
          number(data.acceptedCount), number(data.expectedCount))),
      m("p.small", t("consolidatedAt", moment(data.consolidatedAtUs), data.consolidatedBy)),
      m(".tabs.noprint", { role: "group", "aria-label": t("consolidatedTitle") },
        kinds.map(
            ([kind]) => m(
                "button", { type: "button", "aria-pressed": String(kind === chosen[0]), onclick: () => setFilters({ by: kind }) },
                t(kind)))),
      totals(data, chosen[0], chosen[1], units), m("h2", t("paidPicture")), answered(earlier, paidPicture),
      m("h2", t("ratioPicture")), ratioPicture(data.lines || []), m("h2", t("exceptions")), m(Table, {
        rows: data.exceptions || [],
        caption: t("exceptions"),
        empty: t("noExceptions"),
        searchable: true,
        columns: [
          { head: t("exceptions"), cell: (one) => ["■ ", value("Exception", one.exceptionRule)] }, {
            head: t("unit"),
            cell: (one) => {
              const unit = (data.units || []).find((other) => other.unitId === one.unitId);
              return unit && unit.reportCode ? link("/report/" + unit.reportCode, one.unitName) : one.unitName;
            }
          },
          { head: t("project"), cell: (one) => one.projectCode && link("/project/" + one.projectCode, one.projectCode) },
          { head: t("note"), cell: (one) => exceptionNote(one.exceptionNote) }, { head: t("comment"), cell: (one) => one.lineNote }
        ]
      }),
      (data.conflicts || []).length > 0 &&
          [
            m("h2", t("conflicts")), m(Table, {
              rows: data.conflicts,
              caption: t("conflicts"),
              columns: [
                { head: t("project"), cell: (one) => one.projectName }, { head: t("unit"), cell: (one) => one.unitNames },
                { head: t("paid"), unit: t("wanUnit"), number: true, cell: (one) => wan(one.paidFen) }
              ]
            })
          ],
      signatures([
        [t("sealHere"), ""], [t("madeBy"), data.consolidatedBy], [t("checkedBy"), ""],
        [t("dateHere"), moment(data.consolidatedAtUs).slice(0, 10)]
      ]),
      paper("/consolidated", t("consolidationNo", data.consolidationNumber), [data.quarter, data.consolidationNumber, data.summary, data.byUnit])
    ];
  }

  return {
    onremove() {
      report.leave();
      earlier.leave();
    },
    view({ attrs: { quarter } }) {
      if (!quarter) return [heading(t("consolidatedTitle")), nothing(t("noQuarter"))];
      report.want(quarter, () => call("gateway.GetConsolidatedReport", { quarter }));
      earlier.want(quarter, () => several(quarter));
      const missing = report.problem && report.problem.reason === "NOT_CONSOLIDATED";
      return [
        heading(t("consolidatedTitle"), !missing && report.data && m(Excel, { books: [{ book: "report", about: { quarter }, name: t("consolidatedTitle") + " " + quarterName(quarter) }] }), printButton()),
        missing ?
            nothing(
                t("notConsolidated", quarterName(quarter)), " ", m("a", { href: "#!" + address("/quarter") }, t("glanceTitle"))) :
            answered(report, body)
      ];
    },
  };
}
