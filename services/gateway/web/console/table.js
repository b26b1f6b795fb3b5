// table.js - the one kind of table: numbers on the right, a search that stays in the address, rows by the keys j k Enter.
import {Excel} from "./excel.js";
import {noteFilters, nothing} from "./parts.js";
import {t} from "./words.js";

const textOf = (cell) =>
    (cell === null || cell === undefined || typeof cell === "boolean" ? "" :
         Array.isArray(cell)                                          ? cell.map(textOf).join(" ") :
         typeof cell === "object"                                     ? textOf(cell.children || cell.text || "") :
                                                                        String(cell));

// What a table program would take for a formula is text to it.
const csvCell = (text) => '"' + (/^[=+@\t]|^-\D/.test(text) ? "'" : "") + text.replaceAll('"', '""') + '"';

// The table as it is shown, for a spreadsheet: the same rows, amounts without their grouping.
function exportCsv(caption, columns, kept) {
  const line = (cells) => cells.map(csvCell).join(",");
  const heads = columns.map((column) => textOf(column.head) + (column.unit ? "(" + column.unit + ")" : ""));
  const rows = kept.map(({ cells }) => line(cells.map((cell, index) => (columns[index].number ? textOf(cell).replace(/(\d),(?=\d{3})/g, "$1") : textOf(cell)).trim())));
  const anchor = document.createElement("a");
  anchor.href = URL.createObjectURL(new Blob(["\ufeff" + [line(heads), ...rows].join("\r\n") + "\r\n"], { type: "text/csv" }));
  anchor.download = caption + ".csv";
  anchor.click();
  setTimeout(() => URL.revokeObjectURL(anchor.href), 1000);
}

// columns: [{head, unit, cell(row), number}]; open(row): address; total: cells of the last row; empty: why there is none; books: the same as
// workbooks (excel.js).
export const Table = {
  oninit: (vnode) => {
    vnode.state.find = m.route.param("find") || "";
  },
  view({state, attrs: {rows, columns, open, empty, caption, total, searchable, cut, rowClass, books}}) {
    const wanted = searchable ? state.find : "";
    const search = (text) => {
      state.find = text;
      noteFilters({ find: text });
    };
    const made = rows.map((row) => ({ row, cells: columns.map((column) => column.cell(row)) }));
    const kept = wanted ? made.filter((one) => textOf(one.cells).toLowerCase().includes(wanted.toLowerCase())) : made;
    if (!rows.length) return nothing(empty);
    return m(
        ".tablebox",
        searchable &&
            m(".tools.noprint", m("input[type=search][data-search]", {
                value: wanted,
                placeholder: t("search") + " ( / )",
                "aria-label": t("search"),
                oninput: (event) => search(event.target.value)
              }),
              m("span.small", { role: "status" },
                kept.length < rows.length ? t("rowsOf", kept.length, rows.length) : t("rowsShown", rows.length)),
              m("button.quiet", { type: "button", onclick: () => exportCsv(caption, columns, kept) }, t("exportCsv")), books && m(Excel, { books })),
        !kept.length ?
            nothing(t("noMatch", wanted), " ", m("button", { type: "button", onclick: () => search("") }, t("clear"))) :
            m(".scroll", { tabindex: 0, role: "region", "aria-label": caption },
              m("table", m("caption", caption),
                m("thead",
                  m("tr",
                    columns.map(
                        (column) =>
                            m("th", { scope: "col", class: (column.number ? "number " : "") + (column.class || "") }, column.head,
                              column.unit && m("span.unit", " ", column.unit))))),
                m("tbody",
                  kept.map(
                      ({ row, cells }) =>
                          m("tr", {
                            tabindex:
                                open && open(row) ?
                                0 :
                                false,
                            "data-open":
                                (open && open(row)) ||
                                false,
                            class:
                                rowClass ? rowClass(row) :
                                           ""
                          },
                            columns.map(
                                (column, index) =>
                                    m(index ? "td" : "th[scope=row]", { class: (column.number ? "number " : "") + (column.class || "") }, cells[index]))))),
                total &&
                    m("tfoot",
                      m("tr", total.map((cell, index) => m("td", { class: (columns[index].number ? "number " : "") + (columns[index].class || "") }, cell)))))),
        cut && m("p.small", t("more", rows.length)));
  },
};
