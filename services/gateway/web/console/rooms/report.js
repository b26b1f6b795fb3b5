// report.js - a unit's report of a quarter with its lines, exceptions and comments; the office accepts it or returns it with
// remarks.
import {Action, call, hasDuty, is, Resource, rows} from "../api.js";
import {figureBlocks, head as fieldHead} from "../contract.js";
import {Actions} from "../form.js";
import {count_, countKnown, days, moment, number, percent, quarterName, unknown, wan, wanKnown, yuan} from "../format.js";
import {answered, ask, heading, link, paper, printButton, problemBox, signatures} from "../parts.js";
import {Table} from "../table.js";
import {t, value} from "../words.js";

const sum = (lines, name) => String(lines.reduce((total, line) => total + BigInt(line[name] || 0), 0n));

// The share beside its floor, and how much is wanting.
export function ratioCell(line) {
  if (line.ratioBp === undefined) return unknown();
  const [ratio, floor] = [number(line.ratioBp), line.floorBp === undefined ? null : number(line.floorBp)];
  const below = floor !== null && ratio < floor;
  return m("span", { class: below ? "bad" : "" }, below ? "■ " : "", percent(ratio),
           floor !== null && m("span.unit", " (≥ ", percent(floor), below && [" ", t("wanting"), " ", percent(floor - ratio)], ")"));
}

// A figure of the table of figures as a cell; what the report does not say is unknown, also all that stands beside it in a part of its own.
const shownAs = { WANYUAN: wan, YUAN: yuan, DAYS: days, SHARE: percent };

function figureCell({ path, kind, type, open, missing }, row) {
  const holder = path.length > 1 ? row[path[0]] : row;
  const figure = holder && holder[path.at(-1)];
  if (!holder || (open && figure === undefined)) return unknown();
  if (kind === "RATIO") return ratioCell(row);
  if (kind === "LABEL") return type ? value(type, figure) : figure;
  if (kind === "YES_NO") return t(figure ? "figureYes" : "figureNo");
  const text = (shownAs[kind] || count_)(figure || 0);
  return missing && number(holder[missing]) > 0 ? ["≥ ", text, m("div.small", t("unknownOf", number(holder[missing])))] : text;
}

const isWord = (figure) => figure.kind === "LABEL" || figure.kind === "YES_NO";

// A table for each subject of the figures: names: the columns in front; total: what stands in the last row.
export const figureTables = (scope, rows, names, more = {}) => figureBlocks(scope).map(({ id, title, figures }) => m(
    ".figures", { "data-block": id }, m("h3", title), m(Table, {
      rows,
      caption: title,
      empty: t("noLines"),
      open: more.open,
      total: more.total && [t("total"), ...names.slice(1).map(() => ""), ...figures.map((figure) => figureCell(figure, more.total))],
      columns: [...names, ...figures.map((figure) => (
          { head: figure.head, unit: figure.kind === "WANYUAN" && t("wanUnit"), number: !isWord(figure), cell: (row) => figureCell(figure, row) }))]
    })));

// "20/4000 bp" is what the rule measured; people read per cent.
export const exceptionNote = (note) => (note || "").replace(/^(-?\d+)\/(\d+) bp$/, (_, ratio, floor) => `${percent(ratio)} (≥ ${percent(floor)})`);

export const reportColumns = () =>
    [{head: t("project"), cell: (line) => [link("/project/" + line.projectCode, line.projectName), m(".code", line.projectCode)]},
     {head: t("field"), cell: (line) => value("FieldOfWork", line.field)},
     {head: t("track"), cell: (line) => value("Track", line.track)},
     {head: t("state"), cell: (line) => value("ProjectState", line.projectState)},
     {head: t("invest"), unit: t("wanUnit"), number: true, cell: (line) => wanKnown(line.totalInvestmentFen)},
     {head: t("absorbed"), unit: t("people"), number: true, cell: (line) => count_(line.absorbedCount)},
     {head: t("workDays"), number: true, cell: (line) => days(line.dayHundredths)},
     {head: t("due"), unit: t("wanUnit"), number: true, cell: (line) => wan(line.dueFen)},
     {head: t("paid"), unit: t("wanUnit"), number: true, cell: (line) => wan(line.paidFen)},
     {head: t("unpaid"), unit: t("wanUnit"), number: true, cell: (line) => wan(line.unpaidFen)},
     {head: t("ratioFloor"), number: true, cell: ratioCell},
     {head: t("trained"), number: true, cell: (line) => count_(line.traineeCount)},
     {head: t("sheetsFiled"), number: true, cell: (line) => count_(line.sheetsFiledCount) + " / " + count_(line.sheetsDueCount)},
     {
       head: t("findings"),
       number: true,
       cell: (line) => count_(line.findingCount) + " (" + count_(number(line.findingCount) - number(line.rectifiedCount)) + ")"
     },
];

export function reportTotal(lines) {
  return [
    t("total"), "", "", "",
    lines.some((line) => line.totalInvestmentFen === undefined) ? unknown() : wan(sum(lines, "totalInvestmentFen")),
    count_(sum(lines, "absorbedCount")), days(sum(lines, "dayHundredths")), wan(sum(lines, "dueFen")), wan(sum(lines, "paidFen")),
    wan(sum(lines, "unpaidFen")), "", count_(sum(lines, "traineeCount")),
    count_(sum(lines, "sheetsFiledCount")) + " / " + count_(sum(lines, "sheetsDueCount")), count_(sum(lines, "findingCount"))
  ];
}

export function exceptionTable(report, lines) {
  const of = (code) => lines.find((line) => line.projectCode === code) || {};
  return m(Table, {
    rows: report.exceptions || [],
    caption: t("exceptions"),
    empty: t(report.reportState === "DRAFT" ? "exceptionsLater" : "noExceptions"),
    columns: [
      { head: t("exceptions"), cell: (one) => ["■ ", value("Exception", one.exceptionRule)] },
      { head: t("project"), cell: (one) => of(one.projectCode).projectName || one.projectCode },
      { head: t("note"), cell: (one) => exceptionNote(one.exceptionNote) },
      { head: t("comment"), cell: (one) => of(one.projectCode).lineNote || m("span.unknown", t("noComment")) },
    ]
  });
}

export const remarkList = (report) => (report.reportState === "RETURNED" || (report.remarks || []).length > 0) &&
    m("section.returned", m("h2", "↩ " + t("remarks")), m("p", report.returnReason),
      m("ul", (report.remarks || []).map((remark) => m("li", m("code", remark.projectCode), " ", remark.remarkNote))));

// What this revision says otherwise than the one before.
const diffTable = (diff) => [
  m("p", t("diffSentence", diff.oldRevision, number(diff.changeCount), number(diff.changedProjectCount), number(diff.addedProjectCount), number(diff.removedProjectCount),
           number(diff.peopleAddedCount), number(diff.peopleRemovedCount))),
  m(Table, {
    rows: diff.changes || [],
    caption: t("diffTitle"),
    empty: t("noChanges"),
    searchable: true,
    columns: [
      { head: t("project"), cell: (one) => one.projectCode && [link("/project/" + one.projectCode, one.projectName || one.projectCode)] },
      { head: t("changedField"), cell: (one) => [one.changedField && fieldHead(one.changedField), m("div.small", value("ChangeKind", one.changeKind))] },
      { head: t("oldText"), cell: (one) => one.oldText }, { head: t("newText"), cell: (one) => one.newText }
    ]
  })
];

const drawTables = ({ draws, findings }) => [
  m(Table, {
    rows: draws,
    caption: t("draws"),
    empty: t("noDraws"),
    columns: [
      { head: t("draws"), cell: (one) => one.drawNumber }, { head: t("state"), cell: (one) => value("DrawState", one.drawState) },
      { head: t("rowsDrawn"), number: true, cell: (one) => count_(one.rowCount) }, { head: t("dueDate"), cell: (one) => one.dueDate }
    ]
  }),
  draws.length > 0 && m(Table, {
    rows: findings,
    caption: t("drawFindings"),
    empty: t("noDrawFindings"),
    columns: [
      { head: t("project"), cell: (one) => one.projectCode && link("/project/" + one.projectCode, one.projectCode) }, { head: t("drawFindings"), cell: (one) => ["■ ", value("DrawFault", one.drawFault)] },
      { head: t("note"), cell: (one) => one.findingNote }
    ]
  })
];

export function Report({attrs: {params: {code}}}) {
  const report = new Resource();
  const diff = new Resource();
  const drawn = new Resource();
  const accept = new Action("gateway.AcceptReport");
  const giveBack = new Action("gateway.ReturnReport");
  const remarks = {};
  let reason = "";
  let returning = false;

  const remarkRows = () =>
      Object.entries(remarks).filter(([, note]) => note.trim()).map(([projectCode, remarkNote]) => ({ projectCode, remarkNote }));

  function remarkField(line) {
    return m("input[type=text]", {
      value: remarks[line.projectCode] || "",
      "aria-label": t("remarkFor", line.projectName),
      oninput: (event) => {
        remarks[line.projectCode] = event.target.value;
      }
    });
  }

  function returnForm(data) {
    const count = remarkRows().length;
    return m(
        "form.panel.noprint", {
          onsubmit: (event) => {
            event.preventDefault();
            ask(t("returnAsk", data.unitName, count), t("returnWith", count), async () => {
              if (await giveBack.run({ reportCode: code, returnReason: reason, remarks: remarkRows() })) returning = false;
            });
          }
        },
        m("label", t("returnReason"), m("textarea[name=reason]", {
            rows: 2,
            required: true,
            value: reason,
            oninput: (event) => {
              reason = event.target.value;
            }
          })),
        problemBox(giveBack.problem),
        m(".buttons", m("button.main", { type: "submit", disabled: giveBack.busy }, t("returnWith", count)),
          m("button", {
            type: "button",
            onclick: () => {
              returning = false;
            }
          },
            t("cancel"))));
  }

  const decisions = (data) =>
      m(".buttons.noprint",
        m("button.main[data-test=accept]", {
          type: "button",
          disabled: accept.busy,
          onclick: () => ask(t("acceptAsk", data.unitName), t("acceptButton"), () => accept.run({ reportCode: code }))
        },
          t("acceptButton")),
        m("button[data-test=return]", {
          type: "button",
          onclick: () => {
            returning = true;
          }
        },
          t("returnButton") + "…"));

  function body(data) {
    const lines = data.lines || [];
    const may = is("OFFICE") && hasDuty("CHECKER") && data.reportState === "SUBMITTED";
    const columns = reportColumns();
    if (returning) columns.splice(1, 0, { head: t("mark"), cell: remarkField });
    const total = reportTotal(lines);
    if (returning) total.splice(1, 0, "");
    return [
      heading(
          t("reportTitle", data.unitName, quarterName(data.quarter)),
          m("span.state[data-test=state]", value("ReportState", data.reportState)), printButton()),
      m("p.answer",
        data.isZero ? t("reportZero", data.zeroReason) :
                      t("reportSentence", lines.length, count_(sum(lines, "absorbedCount")), wan(sum(lines, "dueFen")),
                        wan(sum(lines, "paidFen")), wan(sum(lines, "unpaidFen")), (data.exceptions || []).length)),
      m("p.small",
        [t("revision", data.revision), data.isLate && "◐ " + t("signLate"), moment(data.submittedAtUs), data.restateReason]
            .filter(Boolean)
            .join(" · ")),
      problemBox(accept.problem), may && !returning && decisions(data), may && returning && returnForm(data), remarkList(data),
      m("h2", t("exceptions")), exceptionTable(data, lines), m("h2", t("lines")), m(Table, {
        rows: lines,
        columns,
        caption: t("lines"),
        empty: t("noLines"),
        searchable: !returning,
        books: [{ book: "report", about: { quarter: data.quarter, unit_id: data.unitId }, name: t("reportTitle", data.unitName, quarterName(data.quarter)) }],
        total,
        open: (line) => "/project/" + line.projectCode
      }),
      lines.length > 0 && [m("h2", t("allFigures")), figureTables("line", lines, [{ head: t("project"), cell: (line) => link("/project/" + line.projectCode, line.projectName) }])],
      number(data.revision) > 1 && [m("h2", t("diffTitle")), answered(diff, (one) => (one ? diffTable(one) : m("p.nothing", t("noChanges"))))],
      is("OFFICE") && m(".noprint", m("h2", t("draws")), answered(drawn, drawTables),
                        m(Actions, { list: [{ method: "gateway.DrawRows", fixed: { report_code: code }, when: ["SUBMITTED", "ACCEPTED"].includes(data.reportState), word: t("drawRows") }] })),
      signatures([
        [t("sealHere"), data.unitName], [t("madeBy"), data.madeBy], [t("checkedBy"), data.checkedBy],
        [t("submittedBy"), data.submittedBy], [t("decidedBy"), data.decidedBy],
        [t("dateHere"), moment(data.submittedAtUs).slice(0, 10)]
      ]),
      paper("/report/" + code, t("revision", data.revision) + " " + value("ReportState", data.reportState), [data.reportCode, data.revision, data.lineDigest, data.lines])
    ];
  }

  return {
    onremove: () => [report, diff, drawn].forEach((resource) => resource.leave()),
    view() {
      report.want(code, () => call("gateway.GetReport", { reportCode: code }));
      if (report.data && number(report.data.revision) > 1)
        diff.want(code, () => call("gateway.GetReportDiff", { reportCode: code, pageSize: 500 }).catch((problem) => {
          if (problem.status === 404 || problem.status === 422) return null;  // the former one is not kept here
          throw problem;
        }));
      if (is("OFFICE")) drawn.want(code, async () => ({ draws: await rows("gateway.ListDraws", { reportCode: code }), findings: await rows("gateway.ListDrawFindings", { reportCode: code }) }));
      return [m("p.back.noprint", link("/quarter", "← " + t("backTo", t("glance")))), answered(report, body)];
    },
  };
}
