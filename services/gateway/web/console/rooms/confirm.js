// confirm.js - the workers confirm their lines: by signature or fingerprint on the printed list, by the code they were sent, or
// before a witness of the township.
import {Action} from "../api.js";
import {may} from "../contract.js";
import {yuan} from "../format.js";
import {ask, problemBox} from "../parts.js";
import {Table} from "../table.js";
import {t, value} from "../words.js";

const ROWS_OF_PAGE = 25;  // of the printed list
const methods = ["SIGNATURE", "FINGERPRINT", "ELECTRONIC", "WITNESS"];

export function Confirm() {
  const confirm = new Action("payroll.ConfirmLines");
  const codes = new Action("payroll.SendConfirmCodes");
  const byCode = new Action("payroll.ConfirmByCode");
  const chosen = new Set();
  const form = { method: "SIGNATURE", witness: "", reason: "", references: {}, codes: {}, told: {} };
  let asked = [];
  let places = new Map();

  const field = (name, word, required) =>
      m("label.field", m("span", t(word), required && m("span.needed", " ", t("needed"))), m("input[type=text]", {
          name,
          required,
          value: form[name],
          oninput: (event) => {
            form[name] = event.target.value;
          }
        }));
  // Where he signed on the printed list, which bears all lines, those that are confirmed already too.
  const referenceOf = (line) => {
    const index = places.get(line.workerNumber) || 0;
    return form.references[line.workerNumber] ?? t("signedAt", Math.floor(index / ROWS_OF_PAGE) + 1, index % ROWS_OF_PAGE + 1);
  };

  async function run(key, lines) {
    asked = lines.filter((line) => chosen.has(line.workerNumber));
    const sent = asked.map((line) => ({
                             workerNumber: line.workerNumber,
                             confirmMethod: form.method,
                             signatureReference: referenceOf(line),
                             ...(form.method === "WITNESS" && { witnessName: form.witness, witnessReason: form.reason })
                           }));
    if (await confirm.run({...key, lines: sent })) chosen.clear();
  }

  async function tell(key, line) {
    const answer = await byCode.run({...key, workerNumber: line.workerNumber, confirmCode: form.codes[line.workerNumber] || "" });
    if (answer) form.told[line.workerNumber] = answer;
  }

  // The problems of a line stand beside it.
  const whyNot = (line) => {
    const at = asked.findIndex((one) => one.workerNumber === line.workerNumber);
    return at < 0 || !confirm.problem ?
        [] :
        confirm.problem.problems.filter((one) => one.path.startsWith(`lines[${at}]`)).map((one) => one.message);
  };
  const box = (checked, label, onchange) => m("input[type=checkbox]", { checked, "aria-label": label, onchange });

  const columns = (key, lines) => [
    {
      head: box(lines.every((line) => chosen.has(line.workerNumber)), t("all"), (event) => lines.forEach((line) => (event.target.checked ? chosen.add(line.workerNumber) : chosen.delete(line.workerNumber)))),
      cell: (line) => box(chosen.has(line.workerNumber), line.workerName, (event) => (event.target.checked ? chosen.add(line.workerNumber) : chosen.delete(line.workerNumber)))
    },
    { head: t("worker"), cell: (line) => [line.workerName, " ", m("span.small", line.idNumberMask), whyNot(line).map((why) => m(".why", "■ ", why))] },
    { head: t("net"), unit: t("yuanUnit"), number: true, cell: (line) => yuan(line.netFen) },
    {
      head: t("signatureReference"),
      cell: (line) => m("input[type=text]", {
        value: referenceOf(line),
        "aria-label": t("signatureReference") + " " + line.workerName,
        oninput: (event) => {
          form.references[line.workerNumber] = event.target.value;
        }
      })
    },
    {
      head: t("confirmCode"),
      cell: (line) => [
        m("input[type=text].code6", {
          inputmode: "numeric",
          maxlength: 6,
          "aria-label": t("confirmCode") + " " + line.workerName,
          value: form.codes[line.workerNumber] || "",
          oninput: (event) => {
            form.codes[line.workerNumber] = event.target.value;
          }
        }),
        m("button.quiet", { type: "button", disabled: byCode.busy || !/^\d{6}$/.test(form.codes[line.workerNumber] || ""), onclick: () => tell(key, line) }, t("confirmByCode")),
        form.told[line.workerNumber] && form.told[line.workerNumber].codeOutcome !== "ACCEPTED" &&
            m("span.why", "■ ", t("code" + form.told[line.workerNumber].codeOutcome, form.told[line.workerNumber].attemptsLeft || 0))
      ]
    },
  ];

  return {
    view({ attrs: { sheet, lines, parties } }) {
      const open = lines.filter((line) => line.lineState === "DRAFT");
      places = new Map(lines.map((line, index) => [line.workerNumber, index]));
      const key = { projectCode: sheet.projectCode, sheetCode: sheet.sheetCode };
      if (sheet.sheetState !== "DRAFT" || !open.length || !may("payroll.ConfirmLines", parties)) return null;
      return m(
          "form.panel.wide.noprint[data-test=confirm]", {
            onsubmit: (event) => {
              event.preventDefault();
              ask(t("confirmAsk", chosen.size, value("ConfirmMethod", form.method)), t("confirmButton", chosen.size),
                  () => run(key, open));
            }
          },
          m("h3", t("confirmTitle", open.length)),
          m(".fields",
            m("label.field", m("span", t("confirmMethod")),
              m("select[name=confirmMethod]", {
                value: form.method,
                onchange: (event) => {
                  form.method = event.target.value;
                }
              },
                methods.map((one) => m("option", { value: one }, value("ConfirmMethod", one))))),
            form.method === "WITNESS" && [field("witness", "witnessName", true), field("reason", "witnessReason", true)]),
          m(Table, { rows: open, columns: columns(key, open), caption: t("confirmTitle", open.length), searchable: true }),
          problemBox(confirm.problem), problemBox(codes.problem), problemBox(byCode.problem),
          m(".buttons",
            m("button.main", { type: "submit", disabled: confirm.busy || !chosen.size }, t("confirmButton", chosen.size)),
            m("button", {
              type: "button",
              disabled: codes.busy || !chosen.size,
              onclick: () =>
                  ask(t("sendCodesAsk", chosen.size), t("sendCodes", chosen.size),
                      () => codes.run({...key, workerNumbers: [...chosen] }))
            },
              t("sendCodes", chosen.size))));
    },
  };
}
