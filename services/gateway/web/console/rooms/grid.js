// grid.js - worker by day: what stands there, and cells that take what is typed. Nothing is sent until the button says so; what
// the node refuses stands in its cell.
import {Action} from "../api.js";
import {scaled} from "../form.js";
import {dayMark, days, number, today} from "../format.js";
import {problemBox} from "../parts.js";
import {t} from "../words.js";

const LINES_OF_CALL = 500;
const daysOf = (month) => new Date(Number(month.slice(0, 4)), Number(month.slice(5)), 0).getDate();
const dateOf = (month, day) => `${month}-${String(day).padStart(2, "0")}`;
const isRest = (month, day) => [0, 6].includes(new Date(dateOf(month, day) + "T00:00:00Z").getUTCDay());

// "1", "½", "0.5", "√" -> hundredths; null: none of these.
function hundredthsOf(text) {
  const plain = { "√": "1", "✓": "1", "½": "0.5", "半": "0.5" }[text.trim()] || text.trim();
  const value = scaled(plain.startsWith(".") ? "0" + plain : plain, 2);
  return value === null || Number(value) < 0 || Number(value) > 100 ? null : Number(value);
}

function workersOf(entries, roster) {
  const workers = new Map();
  const add = (one) => {
    if (!workers.has(one.workerNumber))
      workers.set(one.workerNumber, { number: one.workerNumber, name: one.workerName, mask: one.idNumberMask, days: {}, sum: 0 });
    return workers.get(one.workerNumber);
  };
  roster.forEach(add);
  for (const entry of entries) {
    const worker = add(entry);
    worker.days[Number(entry.workDate.slice(8))] = entry;
    worker.sum += number(entry.dayHundredths);
  }
  return [...workers.values()];
}

export function Grid({attrs: {month, project}}) {
  const record = new Action("workforce.RecordAttendanceBatch");
  const correct = new Action("workforce.CorrectAttendance");
  const edits = new Map();  // "worker day" -> { worker, day, raw }
  const whys = new Map();   // the same -> why not
  let at = null;            // the cell that has the focus, "worker day"
  let typing = null;        // and is being typed into
  let reason = "";
  let busy = false;
  const key = (worker, day) => worker.number + " " + day;

  function put(worker, day, raw) {
    const entry = worker.days[day];
    const hundredths = raw.trim() === "" ? null : hundredthsOf(raw);
    whys.delete(key(worker, day));
    if (raw.trim() === "" || (entry && hundredths === number(entry.dayHundredths))) return edits.delete(key(worker, day));
    edits.set(key(worker, day), { worker, day, raw, hundredths, entry });
    if (hundredths === null) whys.set(key(worker, day), t("badDay"));
    return null;
  }

  const told = (list, problem) => (problem.problems || []).forEach((one) => {
    const line = /^lines\[(\d+)\]/.exec(one.path);
    if (line && list[line[1]]) whys.set(key(list[line[1]].worker, list[line[1]].day), one.message);
  });

  async function send() {
    const good = [...edits.values()].filter((edit) => edit.hundredths !== null);
    const fresh = good.filter((edit) => !edit.entry);
    busy = true;
    for (let from = 0; from < fresh.length; from += LINES_OF_CALL) {
      const part = fresh.slice(from, from + LINES_OF_CALL);
      const lines = part.map(
          (edit) => ({ workerNumber: edit.worker.number, workDate: dateOf(month, edit.day), dayHundredths: edit.hundredths }));
      if (await record.run({ projectCode: project, lines }))
        part.forEach((edit) => edits.delete(key(edit.worker, edit.day)));
      else if (record.problem)
        told(part, record.problem);
    }
    for (const edit of good.filter((one) => one.entry)) {
      const done = await correct.run({
        projectCode: project,
        workerNumber: edit.worker.number,
        workDate: dateOf(month, edit.day),
        correctedHundredths: edit.hundredths,
        correctionReason: reason
      });
      if (done)
        edits.delete(key(edit.worker, edit.day));
      else if (correct.problem)
        whys.set(key(edit.worker, edit.day), correct.problem.message);
    }
    busy = false;
    m.redraw();
  }

  function focus(worker, day) {
    const cell = document.querySelector(`td[data-cell="${worker} ${day}"]`);
    if (!cell) return;
    at = worker + " " + day;
    cell.focus();
  }

  function keys(event, people, worker, day) {
    const row = people.indexOf(worker);
    const moves = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] };
    if (typing && event.key === "Enter") {
      typing = null;
      setTimeout(() => focus((people[row + 1] || worker).number, day));
    } else if (typing && event.key === "Escape") {
      put(worker, day, "");
      typing = null;
      setTimeout(() => focus(worker.number, day));
    } else if (typing && event.key !== "Tab") {
      event.stopPropagation();
      return;
    } else if (moves[event.key]) {
      const next = people[row + moves[event.key][0]];
      if (next) focus(next.number, day + moves[event.key][1]);
    } else if (event.key === "Enter" || event.key === "F2") {
      typing = key(worker, day);
    } else if (/^[0-9.√½]$/.test(event.key) && !event.ctrlKey && !event.metaKey) {
      put(worker, day, event.key);
      typing = key(worker, day);
    } else if (event.key === "Delete" || event.key === "Backspace") {
      put(worker, day, worker.days[day] ? "0" : "");
    } else {
      return;
    }
    event.preventDefault();
    event.stopPropagation();
  }

  function content(worker, day) {
    const edit = edits.get(key(worker, day));
    const entry = worker.days[day];
    if (typing === key(worker, day))
      return m("input.cell", {
        "aria-label": `${worker.name} ${dateOf(month, day)}`,
        value: edit ? edit.raw :
            entry   ? String(number(entry.dayHundredths) / 100) :
                      "",
        oncreate: ({ dom }) => {
          dom.focus();
          dom.setSelectionRange(dom.value.length, dom.value.length);
        },
        oninput: (event) => put(worker, day, event.target.value),
        onblur: (event) => {  // also told while the field is being taken away
          event.redraw = false;
          setTimeout(() => {
            if (typing !== key(worker, day)) return;
            typing = null;
            m.redraw();
          });
        }
      });
    if (edit) return edit.hundredths === null ? edit.raw : dayMark(edit.hundredths);
    return entry &&
        [dayMark(number(entry.dayHundredths)), number(entry.correctionCount) > 0 && m("sup", { title: t("gridLegend") }, "†")];
  }

  function cell(people, worker, day, writes) {
    const id = key(worker, day);
    const state = whys.has(id) ? " refused" : edits.has(id) ? " edited" : "";
    const rest = (isRest(month, day) ? "rest" : "") + state;
    if (!writes || dateOf(month, day) > today()) return m("td", { class: rest }, content(worker, day));
    return m(
        "td", {
          class: rest + " open",
          "data-cell": id,
          tabindex: (at || key(people[0], 1)) === id ? 0 : -1,
          title: whys.get(id),
          "aria-label": `${worker.name} ${dateOf(month, day)}` + (whys.has(id) ? "：" + whys.get(id) : ""),
          onfocus: () => {
            at = id;
          },
          onclick: () => {
            at = id;
            typing = id;
          },
          onkeydown: (event) => keys(event, people, worker, day)
        },
        content(worker, day));
  }

  // Below the grid: how many cells wait, why corrections are made, what was refused.
  function pending() {
    const corrections = [...edits.values()].filter((edit) => edit.entry).length;
    const bad = [...whys].map(([id, why]) => ({ edit: edits.get(id), why })).filter((one) => one.edit);
    if (!edits.size && !record.problem && !correct.problem) return m("p.small.noprint", t("gridHint"));
    return m(
        "form.panel.noprint", {
          onsubmit: (event) => {
            event.preventDefault();
            send();
          }
        },
        corrections > 0 &&
            m("label.field.long", m("span", t("correctionReason", corrections), m("span.needed", " ", t("needed"))),
              m("input[type=text]", {
                name: "reason",
                required: true,
                value: reason,
                oninput: (event) => {
                  reason = event.target.value;
                }
              })),
        bad.length > 0 &&
            m("div.why[role=alert]", m("p", t("cellsRefused", bad.length)),
              m("ul",
                bad.slice(0, 50).map(
                    ({ edit, why }) => m("li", `${edit.worker.name} ${dateOf(month, edit.day)} “${edit.raw}”：${why}`)))),
        !bad.length && [problemBox(record.problem), problemBox(correct.problem)],
        edits.size > 0 &&
            m(".buttons", m("button.main[data-test=record]", { type: "submit", disabled: busy }, t("recordCells", edits.size)),
              m("button", {
                type: "button",
                onclick: () => {
                  edits.clear();
                  whys.clear();
                }
              },
                t("discard"))));
  }

  return {
    view({ attrs: { entries, roster, writes, sealed } }) {
      const people = workersOf(entries, roster);
      const all = Array.from({ length: daysOf(month) }, (_, index) => index + 1);
      const ofDay = (day) =>
          people.reduce((sum, worker) => sum + (worker.days[day] ? number(worker.days[day].dayHundredths) : 0), 0);
      return m(
          "div", { class: sealed ? "sealed" : "" },
          m(".scroll", { tabindex: 0, role: "region", "aria-label": t("attendanceTitle") },
            m("table.grid", m("caption", t("attendanceTitle")),
              m("thead",
                m("tr", m("th", { scope: "col" }, t("worker")),
                  all.map((day) => m("th", { scope: "col", class: isRest(month, day) ? "rest" : "" }, day)),
                  m("th.number", { scope: "col" }, t("workDays")))),
              m("tbody",
                people.map(
                    (worker) =>
                        m("tr", m("th", { scope: "row" }, worker.name, m("span.small", " ", worker.mask)),
                          all.map((day) => cell(people, worker, day, writes)), m("td.number", days(worker.sum))))),
              m("tfoot",
                m("tr", m("td", t("total")), all.map((day) => m("td", ofDay(day) ? days(ofDay(day)) : "")),
                  m("td.number", days(people.reduce((sum, worker) => sum + worker.sum, 0))))))),
          m("p.small", t("gridLegend")), writes && pending());
    },
  };
}
