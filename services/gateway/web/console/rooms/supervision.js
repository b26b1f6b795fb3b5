// supervision.js - findings and complaints over all projects that the reader may see; filters stay in the address.
import {Resource, rows} from "../api.js";
import {Doing} from "../form.js";
import {count_, number, yuan} from "../format.js";
import {answered, choice, heading, link, printButton} from "../parts.js";
import {t, value, valuesOf} from "../words.js";

import {column, complaintTable, findingTable} from "./project.js";
import {complaintDoing, findingDoing} from "./steps.js";

const project = () => column("project", (one) => link("/project/" + one.projectCode, one.projectCode));
const states = (kind) => [["", t("all")], ...valuesOf(kind).map((name) => [name, value(kind, name)])];

function room({ title, method, stateName, stateKind, tableOf, doing, sentence }) {
  return () => {
    const list = new Resource();
    return {
      onremove: () => list.leave(),
      view({ attrs: { params } }) {
        const asked = { [stateName]: params.state || "UNSPECIFIED", overdueOnly: params.late === "1" };
        list.want(asked, () => rows(method, asked));
        return [
          heading(t(title), printButton()),
          m(".tools.noprint", choice("state", t("state"), params.state, states(stateKind)),
            choice("late", t("dueDate"), params.late, [["", t("all")], ["1", t("overdueOnly")]])),
          answered(list, (data) => [m("p.answer", sentence(data)), m(Doing, { table: tableOf(data, [project()]), doing })])
        ];
      },
    };
  };
}

export const Findings = room({
  title: "findingsTitle",
  method: "evaluation.ListFindings",
  stateName: "findingState",
  stateKind: "FindingState",
  tableOf: findingTable,
  doing: findingDoing,
  sentence: (list) =>
      t("findingsSentence", count_(list.length), list.filter((one) => one.findingState !== "VERIFIED").length,
        list.filter((one) => one.isOverdue).length, yuan(String(list.reduce((sum, one) => sum + number(one.outstandingFen), 0))))
});

export const Complaints = room({
  title: "complaintsTitle",
  method: "evaluation.ListComplaints",
  stateName: "complaintState",
  stateKind: "ComplaintState",
  tableOf: complaintTable,
  doing: complaintDoing,
  sentence: (list) =>
      t("complaintsSentence", count_(list.length), list.filter((one) => ["OPEN", "APPEALED"].includes(one.complaintState)).length,
        list.filter((one) => one.isOverdue).length)
});
