// table.js - the one kind of table: numbers on the right, a search that stays in the address, rows by the keys j k Enter.
import { t } from "./words.js";
import { nothing, setFilters } from "./parts.js";

const textOf = (cell) => (cell === null || cell === undefined || typeof cell === "boolean" ? "" : Array.isArray(cell) ? cell.map(textOf).join(" ")
  : typeof cell === "object" ? textOf(cell.children || cell.text || "") : String(cell));

// columns: [{head, unit, cell(row), number}]; open(row): address; total: cells of the last row; empty: why there is none.
export const Table = {
  view({ attrs: { rows, columns, open, empty, caption, total, searchable, cut, rowClass } }) {
    const wanted = searchable ? m.route.param("find") || "" : "";
    const made = rows.map((row) => ({ row, cells: columns.map((column) => column.cell(row)) }));
    const kept = wanted ? made.filter((one) => textOf(one.cells).toLowerCase().includes(wanted.toLowerCase())) : made;
    if (!rows.length) return nothing(empty);
    return m(".tablebox",
      searchable && m(".tools.noprint", m("input[type=search][data-search]", { value: wanted, placeholder: t("search") + " ( / )", "aria-label": t("search"),
        oninput: (event) => setFilters({ find: event.target.value }) }),
      m("span.small", { role: "status" }, kept.length < rows.length ? t("rowsOf", kept.length, rows.length) : t("rowsShown", rows.length))),
      !kept.length ? nothing(t("noMatch", wanted), " ", m("button", { type: "button", onclick: () => setFilters({ find: "" }) }, t("clear")))
        : m(".scroll", { tabindex: 0, role: "region", "aria-label": caption }, m("table", m("caption", caption),
          m("thead", m("tr", columns.map((column) => m("th", { scope: "col", class: column.number ? "number" : "" }, column.head,
            column.unit && m("span.unit", " ", column.unit))))),
          m("tbody", kept.map(({ row, cells }) => m("tr", { tabindex: open ? 0 : undefined, "data-open": open ? open(row) : undefined, class: rowClass ? rowClass(row) : "" },
            columns.map((column, index) => m(index ? "td" : "th", { scope: index ? undefined : "row", class: column.number ? "number" : "" }, cells[index]))))),
          total && m("tfoot", m("tr", total.map((cell, index) => m("td", { class: columns[index].number ? "number" : "" }, cell)))))),
      cut && m("p.small", t("more", rows.length)));
  },
};
