// steps.js - what may be done with a project: its next steps from the gates, and the things under each of its tabs.
import {today} from "../format.js";
import {t, value} from "../words.js";

const method = (name) => (name && !name.includes(".") ? "registry." + name : name || "");

// What stands in a step's form at first.
const starts = {
  "registry.SubmitPreReview": () => ({ documents: [{}, {}] }),
  "registry.ApproveProject": () => ({ document_date: today() }),
  "registry.AwardProject": () => ({ award_date: today() }),
  "registry.StartProject": () => ({ start_date: today() }),
  "registry.SuspendProject": () => ({ suspend_date: today() }),
  "registry.ResumeProject": () => ({ resume_date: today() }),
  "registry.CompleteProject": () => ({ complete_date: today() }),
  "registry.AcceptProject": () => ({ accept_date: today() }),
  "registry.CloseProject": () => ({ close_date: today() }),
  "registry.PublishNotice": () => ({ published_date: today() }),
  "registry.AllocateFund": () => ({ allocation_date: today() }),
  "registry.ApplyDrawDown": () => ({ applied_date: today() }),
  "registry.ReportProgress": () => ({ month: today().slice(0, 7) }),
};

// Fields that only one kind of notice has.
const board = ["rights_board"];
const sign = ["built_from_date", "built_to_date", "content_note", "benefit_note", "upkeep_body_name"];
const hides = {
  "registry.PublishNotice": (
      typed) => [...(typed.notice_kind === "RIGHTS_BOARD" ? [] : board), ...(typed.notice_kind === "PERMANENT_SIGN" ? [] : sign)],
};

// The steps that change a project's state; their gate says whether they are open. What can be cleared by a method is offered
// beside it.
const steps = [
  "registry.SubmitPreReview", "registry.DecidePreReview", "registry.ApproveProject", "registry.AwardProject",
  "registry.StartProject", "registry.SuspendProject", "registry.ResumeProject", "registry.CompleteProject",
  "registry.AcceptProject", "registry.CloseProject", "registry.CancelProject"
];
const clearing = [
  "registry.SetParties", "registry.AddTask", "registry.SetFundLine", "registry.AllocateFund", "registry.ProposeListEntry",
  "registry.DecideListEntry", "registry.PublishNotice", "registry.AddClauses", "registry.RecordFiscalReview", "registry.AddPaper",
  "registry.CloseIncident", "registry.DecideTaskWaiver", "registry.ResolveNoticeObjection", "registry.SetNationalCode",
  "evaluation.EvaluateProject", "evaluation.CheckRatio"
];

function offer(name, project, more = {}) {
  const code = project.facts.projectCode;
  return {
    method: name,
    fixed: { project_code: code },
    initial: {...(starts[name] ? starts[name]() : {}), ...more },
    hides: hides[name],
    word: value("Method", name.split(".")[1]),
    dry: true
  };
}

// One gate: the step itself, then what clears each thing that is wanting.
export function gateActions(gate, project) {
  const step = method(gate.method);
  const list = steps.includes(step) ? [{
    ...offer(
        step, project,
        gate.procurementMode && gate.procurementMode !== "UNSPECIFIED" ? { procurement_mode: gate.procurementMode } : {}),
    key: gate.procurementMode || "",
    main: Boolean(gate.isOpen),
    question: () => t("stepAsk", value("Method", gate.method), value("ProjectState", gate.toState))
  }] :
                                      [];
  const wanted =
      [...new Set((gate.gaps || []).map((gap) => method(gap.clearingMethod)))].filter((name) => clearing.includes(name));
  return [...list, ...wanted.map((name) => ({...offer(name, project), key: gate.method }))];
}

const under = {
  funds: ["registry.SetFundLine", "registry.AllocateFund", "registry.ApplyDrawDown"],
  tasks: ["registry.AddTask", "registry.ProposeListEntry", "registry.DecideListEntry"],
  findings: ["evaluation.AddInspection", "evaluation.AddFinding"],
  complaints: ["evaluation.AddComplaint"],
  notices: ["registry.PublishNotice", "registry.ObjectToNotice"],
  training: ["workforce.HoldTraining"],
  steps: ["registry.ReportProgress", "registry.AddPaper", "registry.OpenIncident"],
  parties: ["registry.SetParties"],
};

export function tabActions(tab, project, data) {
  const parties =
      (project.parties || [])
          .map(
              (one) =>
                  ({ unit_id: one.unitId, relation: one.relation, person_name: one.personName, person_phone: one.personPhone }));
  const funds = project.fundLines || [];
  const fund = funds.length === 1 ? { fund_code: funds[0].fundCode } : {};
  const known = {
    "registry.ApplyDrawDown": fund,
    "registry.AllocateFund": fund,
    "registry.SetParties": { parties },
    "evaluation.AddFinding":
        { inspection_code: ((data && data.inspections && data.inspections.slice(-1)[0]) || {}).inspectionCode }
  };
  return (under[tab] || []).map((name) => offer(name, project, known[name]));
}

const key = (row, more) => ({ project_code: row.projectCode, ...more });

export const findingDoing = (one) =>
    [{
      method: "evaluation.SubmitRectification",
      fixed: key(one, {finding_code: one.findingCode}),
      when: ["OPEN", "REOPENED"].includes(one.findingState),
      word: t("rectify"),
      head: one.findingNote
    },
     {
       method: "evaluation.VerifyRectification",
       fixed: key(one, {finding_code: one.findingCode}),
       when: one.findingState === "SUBMITTED",
       word: t("verify"),
       head: one.rectificationNote
     }];

export const complaintDoing = (one) =>
    [{
      method: "evaluation.AnswerComplaint",
      fixed: key(one, {complaint_code: one.complaintCode}),
      when: one.complaintState === "OPEN",
      word: t("answer"),
      head: one.complaintNote
    },
     {
       method: "evaluation.CloseComplaint",
       fixed: key(one, {complaint_code: one.complaintCode}),
       when: one.complaintState === "APPEALED",
       word: t("closeComplaint"),
       head: one.appealReason
     }];

export const noticeObjectionDoing = (one) => [{
  method: "registry.ResolveNoticeObjection",
  fixed: key(one, {notice_code: one.noticeCode, objection_number: one.objectionNumber}),
  when: one.objectionState === "OPEN",
  word: t("resolve"),
  head: one.objectionReason
}];

export const drawDownDoing = (one) => [{
  method: "registry.DecideDrawDown",
  fixed: key(one, {application_code: one.applicationCode}),
  when: one.drawDownState === "APPLIED",
  word: t("decide"),
  head: one.purposeNote
}];
