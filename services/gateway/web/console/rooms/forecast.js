// forecast.js - the share of pay at each project's end as it stands, against its floor; what is missing and how it can still be
// made up.
import {Resource, rows} from "../api.js";
import {days, number, percent, wan} from "../format.js";
import {answered, choice, heading, link, nothing, printButton} from "../parts.js";
import {Table} from "../table.js";
import {language, t, value} from "../words.js";

const isMiss = (one) => one.forecastBp !== undefined && number(one.forecastBp) < number(one.floorBp);

// A line a project: floor as a stroke, forecast as a dot; those below their floor stand first and are squares.
function strip(list) {
  const known = list.filter((one) => one.forecastBp !== undefined).slice(0, 40);
  if (!known.length) return nothing(t("noForecast"));
  const most = Math.max(5000, ...known.map((one) => Math.max(number(one.forecastBp), number(one.floorBp)))) * 1.08;
  const x = (bp) => 240 + Math.max(0, bp) / most * 480;
  return m(
      ".scroll", { tabindex: 0, role: "region", "aria-label": t("forecastPicture") },
      m("svg.picture", { viewBox: `0 0 930 ${known.length * 28 + 30}`, role: "img", "aria-label": t("forecastPicture") },
        known.map((one, row) => {
          const y = row * 28 + 16;
          return [
            m("text", { x: 0, y: y + 5 }, one.projectName.slice(0, 16)), m("line.axis", { x1: x(0), x2: x(most), y1: y, y2: y }),
            m("line.floor", { x1: x(number(one.floorBp)), x2: x(number(one.floorBp)), y1: y - 9, y2: y + 9 }),
            isMiss(one) ? m("rect.below", { x: x(number(one.forecastBp)) - 5, y: y - 5, width: 10, height: 10 }) :
                          m("circle.dot", { cx: x(number(one.forecastBp)), cy: y, r: 5 }),
            m("text", { x: x(most) + 10, y: y + 5, class: isMiss(one) ? "bad" : "" },
              `${percent(one.forecastBp)} / ≥ ${percent(one.floorBp)}`)
          ];
        }),
        [0, 2000, 4000].map((bp) => m("text.tick", { x: x(bp), y: known.length * 28 + 24 }, bp / 100 + " %"))));
}

export function Forecasts() {
  const list = new Resource();

  function body(data) {
    const sorted =
        [...data].sort((one, two) => number(one.forecastBp) - number(one.floorBp) - number(two.forecastBp) + number(two.floorBp));
    const misses = data.filter(isMiss);
    return [
      m("p.answer",
        t("forecastSentence", data.length, misses.length, misses.filter((one) => one.forecastState === "MENDABLE").length,
          misses.filter((one) => one.forecastState === "TOO_LATE").length,
          data.filter((one) => one.forecastState === "UNKNOWN").length)),
      strip(sorted), m(Table, {
        rows: sorted,
        caption: t("forecastTitle"),
        empty: t("noForecast"),
        searchable: true,
        open: (one) => "/project/" + one.projectCode,
        columns: [
          {
            head: t("project"),
            cell: (one) => [link("/project/" + one.projectCode, one.projectName), m(".code", one.projectCode)]
          },
          { head: t("state"), cell: (one) => value("ForecastState", one.forecastState) }, {
            head: t("forecastFloor"),
            number: true,
            cell: (one) =>
                (one.forecastBp === undefined ?
                     t("unknown") :
                     m("span", { class: isMiss(one) ? "bad" : "" }, percent(one.forecastBp), " (≥ ", percent(one.floorBp), ")"))
          },
          { head: t("missingPay"), unit: t("wanUnit"), number: true, cell: (one) => wan(one.missingFen) },
          { head: t("extraDays"), number: true, cell: (one) => days(one.extraHundredths) },
          { head: t("lastMonth"), cell: (one) => one.lastMonth },
          { head: t("rule"), cell: (one) => [value("FundSource", one.ruleBasis), m("div.small", one.ruleCode)] }, {
            head: t("note"),
            cell: (one) => [language() === "en" ? one.englishNote : one.forecastNote, m("div.small", one.assumptionNote)]
          }
        ]
      })
    ];
  }

  return {
    onremove: () => list.leave(),
    view({ attrs: { params } }) {
      const asked = { missesOnly: params.misses === "1" };
      list.want(asked, () => rows("evaluation.ListForecasts", asked));
      return [
        heading(t("forecastTitle"), printButton()),
        m(".tools.noprint", choice("misses", t("show"), params.misses, [["", t("all")], ["1", t("missesOnly")]])),
        answered(list, body)
      ];
    },
  };
}
