// excel.js - a ledger, a form or a report as the workbook that the offices file: the node makes it, the browser keeps it.
import {exportBook, Problem} from "./api.js";
import {problemBox} from "./parts.js";
import {t} from "./words.js";

function keep(file, name) {
  const anchor = document.createElement("a");
  anchor.href = URL.createObjectURL(file);
  anchor.download = name + ".xlsx";
  anchor.click();
  setTimeout(() => URL.revokeObjectURL(anchor.href), 1000);
}

// books: [{book, about: what it is of, name: of the file, word: on the button where there are several}]
export const Excel = {
  view({ state, attrs: { books } }) {
    async function run({ book, about, name }) {
      state.busy = book;
      state.problem = null;
      try {
        keep(await exportBook(book, about), name);
      } catch (problem) {
        if (!(problem instanceof Problem)) console.error(problem);
        state.problem = problem;
      }
      state.busy = null;
      m.redraw();
    }
    return [
      books.map((one) => m("button.quiet", { type: "button", "data-export": one.book, disabled: Boolean(state.busy), onclick: () => run(one) },
                           state.busy === one.book ? t("exportMaking") :
                               one.word            ? t("exportNamed", one.word) :
                                                     t("exportBook"))),
      state.problem && problemBox(state.problem)
    ];
  },
};
