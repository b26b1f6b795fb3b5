// attendance.js - the attendance of a month as a grid: workers down, days across, sums right and below.
import {Resource, rows} from "../api.js";
import {dayMark, days, number, today} from "../format.js";
import {answered, choice, heading, nothing, printButton} from "../parts.js";
import {t} from "../words.js";

const daysOf = (month) => new Date(Number(month.slice(0, 4)), Number(month.slice(5)), 0).getDate();
const isRest = (month, day) => [0, 6].includes(new Date(`${month}-${String(day).padStart(2, "0")}T00:00:00Z`).getUTCDay());

function months(quarter) {
  const now = today().slice(0, 7);
  const [year, number_] = now.split("-").map(Number);
  const last = Array.from({ length: 12 }, (_, back) => new Date(Date.UTC(year, number_ - 1 - back, 1)).toISOString().slice(0, 7));
  const ofQuarter =
      quarter ? [1, 2, 3].map((index) => quarter.slice(0, 4) + "-" + String((quarter[5] - 1) * 3 + index).padStart(2, "0")) : [];
  return [...new Set([...last, ...ofQuarter])].sort().reverse();
}

function grid(month, entries) {
  const workers = new Map();
  for (const entry of entries) {
    if (!workers.has(entry.workerNumber))
      workers.set(entry.workerNumber, { name: entry.workerName, mask: entry.idNumberMask, days: {}, sum: 0 });
    const worker = workers.get(entry.workerNumber);
    worker.days[Number(entry.workDate.slice(8))] = entry;
    worker.sum += number(entry.dayHundredths);
  }
  const all = Array.from({ length: daysOf(month) }, (_, index) => index + 1);
  const people = [...workers.values()];
  const ofDay = (day) => people.reduce((sum, worker) => sum + (worker.days[day] ? number(worker.days[day].dayHundredths) : 0), 0);
  const cell = (entry) => entry &&
      [dayMark(number(entry.dayHundredths)), number(entry.correctionCount) > 0 && m("sup", { title: t("gridLegend") }, "†")];
  return m(
      ".scroll", { tabindex: 0, role: "region", "aria-label": t("attendanceTitle") },
      m("table.grid", m("caption", t("attendanceTitle")),
        m("thead",
          m("tr", m("th", { scope: "col" }, t("worker")),
            all.map((day) => m("th", { scope: "col", class: isRest(month, day) ? "rest" : "" }, day)),
            m("th.number", { scope: "col" }, t("workDays")))),
        m("tbody",
          people.map(
              (worker) =>
                  m("tr", m("th", { scope: "row" }, worker.name, m("span.small", " ", worker.mask)),
                    all.map((day) => m("td", { class: isRest(month, day) ? "rest" : "" }, cell(worker.days[day]))),
                    m("td.number", days(worker.sum))))),
        m("tfoot",
          m("tr", m("td", t("total")), all.map((day) => m("td", ofDay(day) ? days(ofDay(day)) : "")),
            m("td.number", days(people.reduce((sum, worker) => sum + worker.sum, 0)))))));
}

export function Attendance() {
  const projects = new Resource();
  const entries = new Resource();
  const sealed = new Resource();

  function body(project, month, list) {
    const seal = (sealed.data || []).find((one) => one.month === month);
    const digest = seal &&
        Array.from(atob(seal.attendanceDigest || ""), (letter) => letter.charCodeAt(0).toString(16).padStart(2, "0"))
            .join("")
            .slice(0, 16);
    const people = new Set(list.map((entry) => entry.workerNumber)).size;
    return [
      m("p.answer",
        t("attendanceSentence", project.projectName, month, people,
          days(list.reduce((sum, entry) => sum + number(entry.dayHundredths), 0)), ""),
        answered(sealed, () => (seal ? t("sealedYes", digest) : t("sealedNo")))),
      list.length ? m("div", { class: seal ? "sealed" : "" }, grid(month, list), m("p.small", t("gridLegend"))) :
                    nothing(t("noAttendance"))
    ];
  }

  function chosen(list, params, quarter) {
    if (!list.length) return nothing(t("noProjectHere"));
    const project = list.find((one) => one.projectCode === params.project) ||
        list.find((one) => one.projectState === "CONSTRUCTION") || list[0];
    const month = params.month || (quarter ? months(quarter).find((one) => one <= today().slice(0, 7)) : today().slice(0, 7));
    const asked = { projectCode: project.projectCode, month };
    entries.want(asked, () => rows("workforce.ListAttendance", asked, 20000));
    sealed.want(project.projectCode, () => rows("workforce.ListSealedMonths", { projectCode: project.projectCode }));
    return [
      m(".tools.noprint",
        choice("project", t("project"), project.projectCode, list.map((one) => [one.projectCode, one.projectName])),
        choice("month", t("month"), month, months(quarter).map((one) => [one, one]))),
      answered(entries, (rows_) => body(project, month, rows_))
    ];
  }

  return {
    onremove() {
      projects.leave();
      entries.leave();
      sealed.leave();
    },
    view({ attrs: { params, quarter } }) {
      projects.want("projects", () => rows("registry.ListProjects"));
      return [heading(t("attendanceTitle"), printButton()), answered(projects, (list) => chosen(list, params, quarter))];
    },
  };
}
