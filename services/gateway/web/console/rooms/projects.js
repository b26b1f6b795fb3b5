// projects.js - the projects that the reader has to do with; filters stay in the address.
import {is, Resource, rows, unitName} from "../api.js";
import {count_, countKnown, today, wan, wanKnown} from "../format.js";
import {answered, choice, heading, link, printButton} from "../parts.js";
import {Table} from "../table.js";
import {t, value, valuesOf} from "../words.js";

const filterOf = (kind) => [["", t("all")], ...valuesOf(kind).map((name) => [name, value(kind, name)])];

function sentence(list) {
  const known = list.filter((row) => row.totalInvestmentFen !== undefined);
  const sum = known.reduce((total, row) => total + BigInt(row.totalInvestmentFen), 0n);
  return t("projectsSentence", list.length, list.filter((row) => row.projectState === "CONSTRUCTION").length, wan(String(sum))) +
      (known.length < list.length ? t("andUnknown", list.length - known.length) : "");
}

// The month's forms of those who fill them in.
function forms() {
  const month = today().slice(0, 7);
  return is("OFFICE", "BUREAU", "AUDIT", "UPPER") && [["progress", "bookProgress"], ["district", "bookDistrict"]].map(([book, word]) => ({
    book, about: { month }, name: t(word) + " " + month, word: t(word) }));
}

export function Projects() {
  const list = new Resource();
  const columns = () =>
      [{ head: t("project"), cell: (row) => [link("/project/" + row.projectCode, row.projectName), m(".code", row.projectCode)] },
       { head: t("year"), cell: (row) => row.projectYear },
       { head: t("field"), cell: (row) => value("FieldOfWork", row.field) },
       { head: t("track"), cell: (row) => value("Track", row.track) },
       { head: t("state"), cell: (row) => value("ProjectState", row.projectState) },
       { head: t("bureau"), cell: (row) => unitName(row.bureauUnitId) },
       { head: t("contractor"), cell: (row) => unitName(row.contractorUnitId) },
       { head: t("invest"), unit: t("wanUnit"), number: true, cell: (row) => wanKnown(row.totalInvestmentFen) },
       { head: t("plannedPay"), unit: t("wanUnit"), number: true, cell: (row) => wanKnown(row.plannedPayFen) },
       { head: t("plannedWorkers"), unit: t("people"), number: true, cell: (row) => countKnown(row.plannedWorkers) },
  ];
  return {
    onremove: () => list.leave(),
    view({ attrs: { params } }) {
      const asked = {
        projectState: params.state || "UNSPECIFIED",
        field: params.field || "UNSPECIFIED",
        track: params.track || "UNSPECIFIED",
        projectYear: Number(params.year || 0)
      };
      list.want(asked, () => rows("registry.ListProjects", asked));
      const years = Array.from({ length: 8 }, (_, index) => String(new Date().getFullYear() + 1 - index));
      return [
        heading(t("projectsTitle"), printButton()),
        m(".tools.noprint", choice("state", t("state"), params.state, filterOf("ProjectState")),
          choice("field", t("field"), params.field, filterOf("FieldOfWork")),
          choice("track", t("track"), params.track, filterOf("Track")),
          choice("year", t("year"), params.year, [["", t("all")], ...years.map((year) => [year, year])])),
        answered(list, (data) => [m("p.answer", sentence(data)), m(Table, {
                                    rows: data,
                                    columns: columns(),
                                    caption: t("projectsTitle"),
                                    empty: t("noProjects"),
                                    searchable: true,
                                    books: forms(),
                                    cut: data.cut,
                                    open: (row) => "/project/" + row.projectCode
                                  })])
      ];
    },
  };
}
