// form.js - a form of any method that writes, made from the contract: each field with the offices' word for it, each problem at
// its field, and a button that says what will happen.
import {Action, session, unitName} from "./api.js";
import {enumOf, fieldsOf, head, isMessage, isNeeded, may, requestOf} from "./contract.js";
import {ask, problemBox} from "./parts.js";
import {base64, sm3} from "./sm3.js";
import {Table} from "./table.js";
import {t, value} from "./words.js";

// --- what is typed -> what is sent
// -------------------------------------------------------------------------------------------------

const scales = [[/_fen$/, 2, "badMoney"], [/_bp$/, 2, "badNumber"], [/_hundredths$/, 2, "badNumber"], [/./, 0, "badNumber"]];
const scaleOf = (name) => scales.find(([pattern]) => pattern.test(name));

// "1234.5" -> "123450" by digits; no amount goes through a float. null: not a number.
export function scaled(text, places) {
  const parts = /^(-?\d+)(?:\.(\d+))?$/.exec(text.replaceAll(",", "").replaceAll("，", "").trim());
  if (!parts || (parts[2] || "").length > places) return null;
  return String(BigInt(parts[1] + (parts[2] || "").padEnd(places, "0")));
}

class Unfit extends Error {}

function cell(field, raw, path, faults) {
  if (field.kind !== "int") return raw;
  const [, places, word] = scaleOf(field.name);
  const number = scaled(String(raw), places);
  if (number === null) {
    faults[path] = t(word);
    return undefined;
  }
  return number;
}

const split = (text) => text.split(/[、，,\n]/).map((one) => one.trim()).filter(Boolean);

function pack(message, typed, faults, path = "") {
  const sent = {};
  for (const field of fieldsOf(message)) {
    const raw = typed[field.name];
    const here = path + field.name;
    if (raw === undefined || raw === null || raw === "") continue;
    if (isMessage(field.kind) && !field.many) {
      const inner = pack(field.kind, raw, faults, here + ".");
      if (Object.keys(inner).length) sent[field.name] = inner;
    } else if (isMessage(field.kind))
      sent[field.name] = raw.map((row, index) => pack(field.kind, row, faults, `${here}[${index}].`));
    else if (field.many)
      sent[field.name] = (Array.isArray(raw) ? raw : split(raw)).map((one) => cell(field, one, here, faults));
    else
      sent[field.name] = cell(field, raw, here, faults);
  }
  return sent;
}

// --- one field
// ---------------------------------------------------------------------------------------------------------------------

async function digestOf(event, put) {
  const [file] = event.target.files;
  put(file ? base64(sm3(await file.arrayBuffer())) : "");
  m.redraw();
}

const units = () => Object.values(session.units).sort((one, two) => one.unitName.localeCompare(two.unitName, "zh"));
const isLong = (name) => /_(note|reason|text)$|^notice_text$/.test(name);
const inputType = (name) => (/_date$|^on_date$/.test(name) ? "date" : /^month$|_month$/.test(name) ? "month" : "text");

function select(common, raw, put, options) {
  return m(
      "select", {...common, value: raw || "", onchange: (event) => put(event.target.value) },
      m("option", { value: "" }, t("choose")),
      options.map(([key, word]) => m("option", { value: key, selected: key === raw }, word)));
}

function input(field, raw, put, common) {
  const { name, kind, many } = field;
  if (enumOf(kind)) return select(common, raw, put, enumOf(kind).map((one) => [one, value(kind, one)]));
  if (kind === "bytes") return m("input[type=file]", {...common, onchange: (event) => digestOf(event, put) });
  if (/unit_id$/.test(name) && !many)
    return select(common, raw, put, units().map((unit) => [unit.unitId, unitName(unit.unitId)]));
  const typing = {...common, value: raw === undefined ? "" : raw, oninput: (event) => put(event.target.value) };
  if (isLong(name) || many) return m("textarea", {...typing, rows: 2, placeholder: many ? t("separate") : undefined });
  if (kind === "int") return m("input[type=text]", {...typing, inputmode: scaleOf(name)[1] ? "decimal" : "numeric" });
  return m("input", {...typing, type: inputType(name) });
}

const unitOf = (name) => (/_fen$/.test(name) ? t("yuanUnit") : /_bp$/.test(name) ? "%" : "");

function boxes(field, raw, put, id) {
  const chosen = raw || [];
  return m(
      "fieldset.boxes", { id }, m("legend", head(field.name)),
      enumOf(field.kind)
          .map(
              (one) =>
                  m("label.check", m("input[type=checkbox]", {
                      checked: chosen.includes(one),
                      onchange: (event) => put(event.target.checked ? [...chosen, one] : chosen.filter((other) => other !== one))
                    }),
                    value(field.kind, one))));
}

// All that the form's fields share: what is typed, what was complained of.
class Fields {
  constructor(form, message, typed, path, omit) {
    Object.assign(this, { form, message, typed, path, omit });
  }

  complaints(path) {
    const own = this.form.faults[path];
    return [
      ...(own ? [own] : []),
      ...this.form.problems.filter((one) => one.path === path && one.severity !== "INFO").map((one) => one.message)
    ];
  }

  field(field) {
    const here = this.path + field.name;
    const id = this.form.id + "-" + here.replace(/\W/g, "-");
    const put = (raw) => {
      this.typed[field.name] = raw;
      this.form.touched();
    };
    const raw = this.typed[field.name];
    const complaints = this.complaints(here);
    if (isMessage(field.kind)) return field.many ? this.rows(field, put, raw || []) : this.group(field, here);
    if (field.many && enumOf(field.kind)) return [boxes(field, raw, put, id), this.said(complaints, id)];
    const needed = isNeeded(this.form.method, here.replace(/\[\d+\]/g, ""));
    const common = {
      id,
      name: here,
      required: needed && field.kind !== "bool",
      "aria-invalid": complaints.length ? "true" : undefined,
      "aria-describedby": complaints.length ? id + "-why" : undefined
    };
    if (field.kind === "bool")
      return m(
          "label.check",
          m("input[type=checkbox]", {...common, checked: Boolean(raw), onchange: (event) => put(event.target.checked) }),
          head(field.name), this.said(complaints, id));
    return m(
        "label.field", { class: isLong(field.name) ? "long" : "" },
        m("span", head(field.name), unitOf(field.name) && m("span.unit", " ", unitOf(field.name)),
          needed && m("span.needed", " ", t("needed"))),
        input(field, raw, put, common), field.kind === "bytes" && m("span.small", t("paperStays")), this.said(complaints, id));
  }

  said(complaints, id) {
    return complaints.length > 0 && m("span.why", { id: id + "-why" }, complaints.map((one) => "■ " + one).join(" "));
  }

  group(field, here) {
    if (!this.typed[field.name]) this.typed[field.name] = {};
    return m(
        "fieldset.group", m("legend", head(field.name)),
        new Fields(this.form, field.kind, this.typed[field.name], here + ".", []).view());
  }

  rows(field, put, rows) {
    return m(
        "fieldset.group", m("legend", head(field.name)),
        rows.map(
            (row, index) =>
                m(".row", new Fields(this.form, field.kind, row, `${this.path}${field.name}[${index}].`, []).view(),
                  m("button.quiet", { type: "button", onclick: () => put(rows.filter((other) => other !== row)) },
                    t("removeRow", index + 1)))),
        m("button", { type: "button", onclick: () => put([...rows, {}]) }, t("addRow")));
  }

  view() {
    return fieldsOf(this.message).filter((field) => !this.omit.includes(field.name)).map((field) => this.field(field));
  }
}

let forms = 0;

// attrs: method; word: of the button; fixed: fields that are not asked; initial: what stands there first; hides(typed): fields
// that have no place beside what was typed; question(typed): asked once before it is done; dry: may be tried first; done(answer).
export function Form({attrs: {method, initial}}) {
  const action = new Action(method);
  const typed = JSON.parse(JSON.stringify(initial || {}));
  const form = {
    id: "form" + ++forms,
    method,
    faults: {},
    problems: [],
    said: false,
    touched: () => Object.assign(form, { said: false })
  };

  const hidden = (attrs) => (attrs.hides ? attrs.hides(typed) : []);

  function request(attrs) {
    form.faults = {};
    const kept = Object.fromEntries(Object.entries(typed).filter(([name]) => !hidden(attrs).includes(name)));
    const sent = pack(requestOf(method), kept, form.faults);
    if (Object.keys(form.faults).length) throw new Unfit();
    return {...sent, ...attrs.fixed };
  }

  async function run(attrs, dry) {
    let sent = null;
    form.problems = [];
    try {
      sent = request(attrs);
    } catch (problem) {
      if (!(problem instanceof Unfit)) throw problem;
      return;
    }
    const answer = dry ? await action.try(sent) : await action.run(sent);
    form.problems = (action.problem && action.problem.problems) || [];
    if (answer && !dry) {
      form.said = true;
      if (attrs.done) attrs.done(answer);
    }
    m.redraw();
  }

  return {
    view({ attrs }) {
      const omit = [...Object.keys(attrs.fixed || {}), ...hidden(attrs)];
      const submit = (event) => {
        event.preventDefault();
        if (attrs.question) return ask(attrs.question(typed), attrs.word, () => run(attrs, false));
        run(attrs, false);
      };
      return m(
          "form.panel.noprint", { "data-method": method, onsubmit: submit, "aria-label": attrs.word },
          attrs.head && m("h3", attrs.head), m(".fields", new Fields(form, requestOf(method), typed, "", omit).view()),
          problemBox(action.problem), action.tried && m("p.good", { role: "status" }, "● " + t("tried")),
          form.said && m("p.good", { role: "status" }, "● " + t("done")),
          m(".buttons", m("button.main", { type: "submit", disabled: action.busy }, attrs.word),
            attrs.dry &&
                m("button", {
                  type: "button",
                  disabled: action.busy,
                  onclick: (event) => event.target.form.reportValidity() && run(attrs, true)
                },
                  t("tryFirst")),
            attrs.cancel && m("button", { type: "button", onclick: attrs.cancel }, t("cancel"))));
    },
  };
}

// Several things that may be done here: a button each for what this account may do, and the form of the one that was chosen.
// list: rows of Form's attrs with `when`; parties: of the project.
export function Actions() {
  let chosen = null;
  return {
    view({ attrs: { list, parties, empty } }) {
      const open = list.filter((one) => one && one.when !== false && may(one.method, parties));
      const now = open.find((one) => one.method + (one.key || "") === chosen);
      if (!open.length) return empty ? m("p.nothing.noprint", empty) : null;
      return m(
          "section.actions.noprint", { "aria-label": t("actions") },
          m(".buttons",
            open.map(
                (one) =>
                    m("button", {
                      type: "button",
                      class: one.main ? "main" : "",
                      "data-do": one.method,
                      "aria-expanded": String(one === now),
                      onclick: () => {
                        chosen = one === now ? null : one.method + (one.key || "");
                      }
                    },
                      one.word + "…"))),
          now && [m(Form, {
            ...now,
            key: chosen,
            done: (answer) => {
              chosen = null;
              if (now.done) now.done(answer);
            },
            cancel: () => {
              chosen = null;
            }
          })]);
    },
  };
}

// A table whose rows have things to do: `doing(row)` gives the same rows as Actions' list. The form stands under the table.
export function Doing() {
  let chosen = null;
  const close = () => {
    chosen = null;
  };
  return {
    view({ attrs: { table, doing, parties } }) {
      const openTo = (row) => doing(row).filter((one) => one && one.when !== false && may(one.method, parties));
      const any = table.rows.some((row) => openTo(row).length);
      const column = {
        head: t("actions"),
        cell: (row) => openTo(row).map(
            (one) =>
                m("button.quiet", {
                  type: "button",
                  "data-do": one.method,
                  onclick: () => {
                    chosen = one;
                  }
                },
                  one.word + "…"))
      };
      return [
        m(Table, {...table, columns: any ? [...table.columns, column] : table.columns }),
        chosen && [m(Form, {...chosen, key: chosen.method + JSON.stringify(chosen.fixed), done: close, cancel: close })]
      ];
    },
  };
}
