// desk.js - what waits for the reader, oldest first, each with who waits and until when.
import {call, hasDuty, is, Resource, rows, session, unitName} from "../api.js";
import {moment, number, quarterName, today, yuan} from "../format.js";
import {answered, heading, link, nothing} from "../parts.js";
import {Table} from "../table.js";
import {t, value} from "../words.js";

const sheetAt = (sheet) => `/sheet/${sheet.projectCode}/${sheet.sheetCode}`;
const ofSheets = (state, make) => async () => (await rows("payroll.ListSheets", { sheetState: state })).map(make);
const approval = (sheet) => ({
  sign: "○",
  what: t("deskApprove", sheet.month, number(sheet.lineCount), yuan(sheet.netFen)),
  since: sheet.drawnDate,
  until: sheet.dueDate,
  who: t("workers"),
  at: sheetAt(sheet)
});

// May the reader do it or need he know; then where the rows come from.
const sources = [
  [
    () => is("OFFICE") && hasDuty("CHECKER"),
    async (quarter) => (quarter ? await rows("gateway.ListReports", { quarter }) : [])
                           .filter((one) => one.reportState === "SUBMITTED")
                           .map((one) => ({
                                  sign: one.isLate ? "◐" : "○",
                                  what: t("deskReport", one.unitName),
                                  since: moment(one.submittedAtUs).slice(0, 10),
                                  who: one.unitName,
                                  at: "/report/" + one.reportCode
                                }))
  ],
  [() => is("BUREAU", "OFFICE"), ownReport],
  [() => is("OWNER") && hasDuty("CHECKER"), ofSheets("WORKER_CONFIRMED", approval)],
  [() => is("OWNER") && hasDuty("CHECKER"), ofSheets("SUPERVISOR_REVIEWED", approval)],
  [
    () => is("CONTRACTOR"),
    ofSheets("DRAFT", (sheet) => ({
                        sign: "○",
                        what: t("deskConfirm", sheet.month, number(sheet.confirmedCount), number(sheet.lineCount)),
                        since: sheet.drawnDate,
                        until: sheet.dueDate,
                        who: t("workers"),
                        at: sheetAt(sheet)
                      }))
  ],
  [
    () => is("CONTRACTOR", "OWNER"), ofSheets("OWNER_APPROVED", (sheet) => ({
                                                                  sign: "○",
                                                                  what: t("deskPublish", sheet.month),
                                                                  since: sheet.drawnDate,
                                                                  until: sheet.dueDate,
                                                                  who: t("workers"),
                                                                  at: sheetAt(sheet)
                                                                }))
  ],
  [
    () => is("CONTRACTOR", "OWNER"), ofSheets("PAID", (sheet) => ({
                                                        sign: sheet.isFilingOverdue ? "■" : "○",
                                                        what: t("deskFile", sheet.month),
                                                        since: sheet.settledDate,
                                                        until: sheet.filingDueDate,
                                                        who: value("Relation", "BUREAU"),
                                                        at: sheetAt(sheet)
                                                      }))
  ],
  [
    () => is("OWNER", "BUREAU", "OFFICE"), async () => (await rows("payroll.ListSheets", {
                                                         arrearsOnly: true
                                                       })).map((sheet) => ({
                                                                 sign: "■",
                                                                 what: t("deskArrears", sheet.month, yuan(sheet.arrearsFen)),
                                                                 since: sheet.dueDate,
                                                                 until: sheet.dueDate,
                                                                 who: t("workers"),
                                                                 at: sheetAt(sheet)
                                                               }))
  ],
  [
    () => true,
    async () =>
        (await rows("evaluation.ListFindings", { overdueOnly: true })).map((one) => ({
                                                                             sign: "■",
                                                                             what: t("deskFinding", one.findingNote),
                                                                             since: one.foundDate,
                                                                             until: one.dueDate,
                                                                             who: unitName(one.responsibleUnitId),
                                                                             at: "/project/" + one.projectCode + "?tab=findings"
                                                                           }))
  ],
  [
    () => is("BUREAU", "OWNER"),
    async () => (await rows("registry.ListProjectGates", { blockedOnly: true })).map((one) => ({
                                                                                       sign: "■",
                                                                                       what: one.projectName + "：" +
                                                                                           t("deskGate", number(one.gapCount)),
                                                                                       since: "",
                                                                                       who: unitName(one.bureauUnitId),
                                                                                       at: "/project/" + one.projectCode
                                                                                     }))
  ],
];

// What waits for a step of its own kind; each is told to those who may take it.
sources.push(
    [
      () => is("SUPERVISOR") && hasDuty("CHECKER"),
      ofSheets("WORKER_CONFIRMED", (sheet) => ({ sign: "○", what: t("deskReview", sheet.month, number(sheet.lineCount)), since: sheet.drawnDate, until: sheet.dueDate, who: value("Relation", "OWNER"), at: sheetAt(sheet) }))
    ],
    [
      () => is("TOWNSHIP"),
      ofSheets("DRAFT", (sheet) => ({ sign: "○", what: t("deskWitness", sheet.month, number(sheet.lineCount) - number(sheet.confirmedCount)), since: sheet.drawnDate, until: sheet.dueDate, who: t("workers"), at: sheetAt(sheet) }))
    ],
    [
      () => is("TOWNSHIP") && hasDuty("CHECKER"),
      ofSheets("WORKER_CONFIRMED", (sheet) => ({ sign: "○", what: t("deskTownship", sheet.month), since: sheet.drawnDate, until: sheet.dueDate, who: value("Relation", "OWNER"), at: sheetAt(sheet) }))
    ],
    [
      () => is("OWNER", "CONTRACTOR") && hasDuty("CHECKER"),
      async () => (await rows("payroll.ListSheets", { sheetState: "PUBLICISED" })).filter((sheet) => sheet.publicityEndDate && sheet.publicityEndDate < today()).map((sheet) => ({
        sign: sheet.dueDate && sheet.dueDate < today() ? "■" : "○",
        what: t("deskOrder", sheet.month, yuan(sheet.netFen)),
        since: sheet.publicityEndDate,
        until: sheet.dueDate,
        who: t("workers"),
        at: sheetAt(sheet)
      }))
    ],
    [
      () => is("BUREAU", "OFFICE", "AUDIT") && hasDuty("CHECKER"),
      async () => (await rows("evaluation.ListFindings", { findingState: "SUBMITTED" })).map((one) => ({
        sign: "○", what: t("deskVerify", one.findingNote), since: one.foundDate, until: one.dueDate, who: unitName(one.responsibleUnitId), at: `/project/${one.projectCode}?tab=findings`
      }))
    ],
    [
      () => hasDuty("MAKER"),
      async () => (await rows("evaluation.ListFindings", {})).filter((one) => ["OPEN", "REOPENED"].includes(one.findingState) && !one.isOverdue && one.responsibleUnitId === session.who.unitId).map((one) => ({
        sign: "○", what: t("deskRectify", one.findingNote), since: one.foundDate, until: one.dueDate, who: value("Relation", "BUREAU"), at: `/project/${one.projectCode}?tab=findings`
      }))
    ],
    [
      () => is("BUREAU", "OFFICE") && hasDuty("CHECKER"),
      async () => (await rows("evaluation.ListComplaints", {})).filter((one) => one.complaintState === (is("OFFICE") ? "APPEALED" : "OPEN")).map((one) => ({
        sign: one.isOverdue ? "■" : "○", what: t("deskComplaint", one.complaintNote), since: one.raisedDate, until: one.dueDate, who: value("ComplaintSource", one.complaintSource), at: `/project/${one.projectCode}?tab=complaints`
      }))
    ]);

async function ownReport(quarter) {
  if (!quarter) return [];
  const { dueDate, quarterState, units = [] } = await call("gateway.GetCompleteness", { quarter });
  const unit = units.find((one) => one.unitId === session.who.unitId);
  if (!unit || quarterState !== "OPEN") return [];
  const list = await rows("gateway.ListReports", { unitId: unit.unitId, quarter });
  const newest = list.sort((one, two) => number(two.revision) - number(one.revision))[0];
  const state = newest ? newest.reportState : "MISSING";
  const word = {
    MISSING: hasDuty("MAKER") && "deskDraft",
    RETURNED: hasDuty("MAKER") && "deskReturned",
    DRAFT: hasDuty("CHECKER") && "deskCheck",
    CHECKED: hasDuty("CHECKER") && "deskSubmit"
  }[state];
  return word ? [{
    sign: state === "RETURNED" ? "↩" :
        today() > dueDate      ? "■" :
                                 "○",
    what: quarterName(quarter) + " " + t(word, newest && newest.returnReason),
    since: "",
    until: dueDate,
    who: value("Relation", "OFFICE"),
    at: "/filing?q=" + quarter
  }] :
                [];
}

export function Desk() {
  const waiting = new Resource();

  // What the reader may not ask at all is not his to do; anything else that fails is said.
  async function load(quarter) {
    const parts = await Promise.all(sources.filter(([may]) => may()).map(([, source]) => source(quarter).catch((problem) => {
      if (problem.status === 403) return [];
      throw problem;
    })));
    return parts.flat().sort((one, two) => (one.since || one.until || "9").localeCompare(two.since || two.until || "9"));
  }

  const body = (list) => (!list.length ? nothing(t("deskNothing")) : [
    m("p.answer",
      t("deskSentence", list.length, list[0].since ? t("since") : t("untilWhen"), list[0].since || list[0].until || "")),
    m(Table, {
      rows: list,
      caption: t("deskTitle"),
      searchable: true,
      open: (one) => one.at,
      columns: [
        {
          head: t("what"),
          cell: (one) =>
              [m("span", { class: one.sign === "■" || one.sign === "↩" ? "bad" : "" }, one.sign + " "),
               m("a", { href: "#!" + one.at }, one.what)]
        },
        { head: t("since"), cell: (one) => one.since },
        { head: t("untilWhen"), cell: (one) => (one.until && one.until < today() ? m("span.bad", "■ " + one.until) : one.until) },
        { head: t("who"), cell: (one) => one.who }
      ]
    })
  ]);

  return {
    onremove: () => waiting.leave(),
    view({ attrs: { quarter } }) {
      waiting.want(quarter, () => load(quarter));
      return [heading(t("deskTitle")), answered(waiting, body)];
    },
  };
}
