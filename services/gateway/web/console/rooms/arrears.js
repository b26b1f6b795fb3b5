// arrears.js - who is owed pay, since when, and who holds it; and where the days of a late sheet went.
import {Resource, rows, unitName} from "../api.js";
import {count_, number, yuan} from "../format.js";
import {answered, heading, link, nothing, printButton} from "../parts.js";
import {Table} from "../table.js";
import {t, value} from "../words.js";

const sum = (list, name) => String(list.reduce((total, row) => total + BigInt(row[name] || 0), 0n));
const stages = ["SITE", "WORKER_CONFIRMATION", "SUPERVISOR", "OWNER_CHECK", "PUBLICITY", "FUND", "ORDERING", "BANK", "RETRY"];
const daysOf = (delay, stage) => number(delay[{
  SITE: "siteDays",
  WORKER_CONFIRMATION: "confirmationDays",
  SUPERVISOR: "supervisorDays",
  OWNER_CHECK: "ownerDays",
  PUBLICITY: "publicityDays",
  FUND: "fundDays",
  ORDERING: "orderingDays",
  BANK: "bankDays",
  RETRY: "retryDays"
}[stage]]);

// A bar a sheet, its days by stage; what is wide enough bears its name, the due day is a stroke.
function delayPicture(delays) {
  const most = Math.max(1, ...delays.map((one) => number(one.totalDays)));
  const x = (days) => 230 + days / most * 540;
  return m(
      "svg.picture", { viewBox: `0 0 830 ${delays.length * 40 + 4}`, role: "img", "aria-label": t("delayPicture") },
      delays.map((one, row) => {
        let at = 0;
        const parts = stages.filter((stage) => daysOf(one, stage) > 0).map((stage) => {
          const [from, wide] = [x(at), daysOf(one, stage) / most * 540];
          at += daysOf(one, stage);
          const word = value("DelayStage", stage);
          return [
            m("rect", { class: "f" + stages.indexOf(stage) % 7, x: from, y: row * 40 + 4, width: wide, height: 26 },
              m("title", `${word} ${daysOf(one, stage)} ${t("dayUnit")}`)),
            wide > word.length * 14 + 10 && m("text.inside", { x: from + 5, y: row * 40 + 22 }, word)
          ];
        });
        return [
          m("text", { x: 0, y: row * 40 + 22 }, `${one.projectCode.slice(-12)} ${one.month}`), parts,
          m("text", { x: x(at) + 6, y: row * 40 + 22 }, `${at} ${t("dayUnit")}`)
        ];
      }));
}

export function Arrears() {
  const all = { projects: new Resource(), lines: new Resource(), delays: new Resource() };

  const projectTable = (list, quarter) =>
      [m("p.answer",
         list.length ? t("arrearsSentence", list.length, yuan(sum(list, "owedFen")),
                         count_(list.reduce((total, one) => total + number(one.workerCount), 0)),
                         [...list].sort((one, two) => one.oldestDueDate.localeCompare(two.oldestDueDate))[0].oldestDueDate) :
                       t("arrearsNone")),
       m(Table, {
         rows: list,
         caption: t("arrearsTitle"),
         empty: t("arrearsNone"),
         searchable: true,
         open: (one) => `/arrears?project=${one.projectCode}&q=${quarter}`,
         columns: [
           {
             head: t("project"),
             cell: (one) =>
                 [link("/arrears", one.projectName || one.projectCode, { project: one.projectCode }), m(".code", one.projectCode)]
           },
           { head: t("owed"), unit: t("yuanUnit"), number: true, cell: (one) => yuan(one.owedFen) },
           { head: t("people_"), number: true, cell: (one) => count_(one.workerCount) },
           { head: t("sheetCount"), number: true, cell: (one) => count_(one.sheetCount) },
           { head: t("oldestDue"), cell: (one) => one.oldestDueDate },
           { head: t("heldBy"), cell: (one) => unitName(one.liableUnitId) }
         ]
       })];

  const lineTable = (list) => m(Table, {
    rows: list,
    caption: t("arrearsTitle"),
    empty: t("arrearsNone"),
    searchable: true,
    total: [t("total"), "", "", yuan(sum(list, "owedFen")), "", "", "", ""],
    columns: [
      { head: t("worker"), cell: (one) => one.workerName }, { head: t("idMask"), cell: (one) => one.idNumberMask },
      { head: t("sheet"), cell: (one) => link(`/sheet/${one.projectCode}/${one.sheetCode}`, one.month) },
      { head: t("owed"), unit: t("yuanUnit"), number: true, cell: (one) => yuan(one.owedFen) },
      { head: t("dueDate"), cell: (one) => one.dueDate },
      { head: t("overdueDays"), number: true, cell: (one) => count_(one.overdueDays) },
      { head: t("heldAt"), cell: (one) => value("DelayStage", one.heldStage) },
      { head: t("heldBy"), cell: (one) => unitName(one.liableUnitId) }
    ]
  });

  const delayTable = (list) => (!list.length ? nothing(t("noDelays")) : [
    m(".scroll", { tabindex: 0, role: "region", "aria-label": t("delayPicture") }, delayPicture(list.slice(0, 30))), m(Table, {
      rows: list,
      caption: t("delayTitle"),
      columns: [
        { head: t("sheet"), cell: (one) => link(`/sheet/${one.projectCode}/${one.sheetCode}`, one.sheetCode) },
        { head: t("payDue"), cell: (one) => one.dueDate }, { head: t("settled"), cell: (one) => one.settledDate || "○" },
        { head: t("lateDays"), number: true, cell: (one) => count_(one.lateDays) },
        { head: t("slowest"), cell: (one) => value("DelayStage", one.slowestStage) },
        { head: t("heldBy"), cell: (one) => unitName(one.responsibleUnitId) }
      ]
    })
  ]);

  return {
    onremove: () => Object.values(all).forEach((resource) => resource.leave()),
    view({ attrs: { params, quarter } }) {
      const { project } = params;
      if (project)
        all.lines.want(project, () => rows("payroll.ListArrears", { projectCode: project }));
      else
        all.projects.want("all", () => rows("payroll.ListProjectArrears"));
      all.delays.want(
          [project, quarter], () => rows("payroll.ListDelays", project ? { projectCode: project } : { quarter, lateOnly: true }));
      return [
        project && m("p.back.noprint", link("/arrears", "← " + t("backTo", t("arrearsTitle")))),
        heading(t("arrearsTitle"), project && link("/project/" + project, project), printButton()),
        project ? answered(all.lines, lineTable) : answered(all.projects, (list) => projectTable(list, quarter)),
        m("h2", t("delayTitle")), answered(all.delays, delayTable)
      ];
    },
  };
}
