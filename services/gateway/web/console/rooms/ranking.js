// ranking.js - the year's assessment: rank, score and how firm the rank is; what moved a unit; the rows behind each indicator.
import {call, hasDuty, is, Resource, rows, session} from "../api.js";
import {Actions} from "../form.js";
import {count_, number, percent, yuan} from "../format.js";
import {answered, choice, heading, link, nothing, printButton} from "../parts.js";
import {Table} from "../table.js";
import {t, value} from "../words.js";

const points = (score) => (score === undefined ? t("unknown") : (number(score) / 100).toFixed(2));
const share = (weighted) => (number(weighted) / 10000).toFixed(2);  // score times weight
const amount = (line, value_) => (line.figure === "PAID_ON_TIME" ? yuan(value_) : count_(value_));
const isRanked = (subject) => subject.rankPlace !== undefined;

// From the best to the worst place that small changes of the weights would give; the dot is the rank.
function bands(subjects) {
  const ranked = subjects.filter(isRanked);
  const most = Math.max(1, ...ranked.map((one) => number(one.worstPlace)));
  const x = (place) => 230 + (place - 1) / Math.max(1, most - 1) * 460;
  return m(
      "svg.picture", { viewBox: `0 0 830 ${ranked.length * 32 + 26}`, role: "img", "aria-label": t("bandPicture") },
      ranked.map((one, row) => {
        const y = row * 32 + 18;
        return [
          m("text", { x: 0, y: y + 5 }, one.unitName.slice(0, 15)), m("rect.bar", {
            x: x(number(one.bestPlace)) - 7,
            y: y - 7,
            width: x(number(one.worstPlace)) - x(number(one.bestPlace)) + 14,
            height: 14
          }),
          m("circle.dot", { cx: x(number(one.rankPlace)), cy: y, r: 6 }),
          m("text", { x: 720, y: y + 5 }, `${t("place", one.rankPlace)} · ${points(one.totalScore)}`)
        ];
      }),
      Array.from({ length: most }, (_, index) => m("text.tick", { x: x(index + 1) - 4, y: ranked.length * 32 + 22 }, index + 1)));
}

export function Ranking() {
  const list = new Resource();
  const whole = new Resource();

  // The office, audit and the upper levels see all units; a unit sees its own card.
  function shown(all, params) {
    const key = all.find((other) => other.assessmentCode === params.code) ||
        all.find((other) => other.assessmentState === "PUBLISHED") || all[0];
    if (is("OFFICE", "AUDIT", "UPPER"))
      whole.want(key.assessmentCode, () => call("evaluation.GetAssessment", { assessmentCode: key.assessmentCode }));
    else
      whole.want(key.assessmentCode, async () => ({...key, subjects: [] }));
    return answered(whole, (one) => picture(one, all));
  }

  function picture(one, all) {
    const subjects =
        [...(one.subjects || [])].sort((left, right) => number(left.rankPlace || 999) - number(right.rankPlace || 999));
    return [
      m("p.answer",
        t("rankingSentence", one.assessmentYear, value("AssessmentKind", one.assessmentKind), number(one.subjectCount),
          number(one.rankedCount),
          one.isStable ? t("rankFirm") : t("rankLoose", number(one.unstablePairCount), percent(one.toleranceBp)))),
      m(".tools.noprint",
        choice(
            "code", t("assessment"), one.assessmentCode,
            all.map(
                (other) =>
                    [other.assessmentCode,
                     `${other.assessmentYear} ${value("AssessmentKind", other.assessmentKind)} ${
                         t("version", other.versionNumber)} ${value("AssessmentState", other.assessmentState)}`]))),
      subjects.some(isRanked) && m(".scroll", { tabindex: 0, role: "region", "aria-label": t("bandPicture") }, bands(subjects)),
      m(Table, {
        rows: subjects,
        caption: t("rankingTitle"),
        empty: [t("onlyOwnCard"), " ", link(`/ranking/${one.assessmentCode}/${session.who.unitId}`, t("ownCard"))],
        open: (subject) => `/ranking/${one.assessmentCode}/${subject.unitId}`,
        columns: [
          { head: t("rank"), number: true, cell: (subject) => (isRanked(subject) ? subject.rankPlace : t("unranked")) },
          { head: t("unit"), cell: (subject) => link(`/ranking/${one.assessmentCode}/${subject.unitId}`, subject.unitName) },
          { head: t("score"), number: true, cell: (subject) => points(subject.totalScore) },
          { head: t("band"), cell: (subject) => (isRanked(subject) ? `${subject.bestPlace}–${subject.worstPlace}` : "") }, {
            head: t("firm"),
            cell: (subject) => isRanked(subject) && (subject.isFirmAbove ? "● " + t("firmYes") : "◐ " + t("firmNo"))
          },
          { head: t("projectCount"), number: true, cell: (subject) => count_(subject.projectCount) },
          { head: t("knownWeight"), number: true, cell: (subject) => number(subject.knownWeight) }
        ]
      }),
      m(Actions, {
        list: [{
          method: "evaluation.PublishAssessment",
          fixed: { assessment_code: one.assessmentCode },
          when: one.assessmentState === "COMPUTED",
          word: t("publishAssessment"),
          main: true,
          dry: true,
          question: () => t("publishAssessmentAsk")
        }]
      })
    ];
  }

  return {
    onremove() {
      list.leave();
      whole.leave();
    },
    view({ attrs: { params } }) {
      list.want("all", () => rows("evaluation.ListAssessments"));
      return [
        heading(t("rankingTitle"), printButton()),
        answered(list, (all) => (all.length ? shown([...all].sort((one, two) => number(two.assessmentYear) - number(one.assessmentYear) || number(two.versionNumber) - number(one.versionNumber)), params) : nothing(t("noAssessment")))), is("OFFICE") && hasDuty("MAKER") && m(Actions, {
                                                                                                                                                                                                                                             list: [
                                                                                                                                                                                                                                               {
                                                                                                                                                                                                                                                 method:
                                                                                                                                                                                                                                                     "evaluation.AssessYear",
                                                                                                                                                                                                                                                 word:
                                                                                                                                                                                                                                                     t("assessYear")
                                                                                                                                                                                                                                               }
                                                                                                                                                                                                                                             ]
                                                                                                                                                                                                                                           })
      ];
    },
  };
}

export function Scorecard({attrs: {params: {code, unit}}}) {
  const card = new Resource();
  const behind = new Resource();

  const rowTable = (list) => m(Table, {
    rows: list,
    caption: t("rowsBehind"),
    empty: t("noRowsBehind"),
    searchable: true,
    columns: [
      { head: t("project"), cell: (one) => one.projectCode && link("/project/" + one.projectCode, one.projectCode) },
      { head: t("rowKey"), cell: (one) => m("code", one.rowKey) },
      { head: t("part"), number: true, cell: (one) => count_(one.partAmount) },
      { head: t("whole"), number: true, cell: (one) => count_(one.wholeAmount) }, { head: t("note"), cell: (one) => one.rowNote }
    ]
  });

  function body(data, params) {
    const asked = (data.lines || []).find((line) => line.indicatorCode === params.indicator);
    if (asked)
      behind.want(
          [code, unit, asked.indicatorCode],
          () =>
              rows("evaluation.ListAssessmentRows", { assessmentCode: code, unitId: unit, indicatorCode: asked.indicatorCode }));
    return [
      heading(t("scorecardTitle", data.unitName, data.assessmentYear), printButton()),
      m("p.answer",
        data.rankPlace === undefined ?
            t("unrankedWhy") :
            t("scorecardSentence", data.rankPlace, number(data.rankedCount), points(data.totalScore), data.bestPlace,
              data.worstPlace, data.gapPoints === undefined ? "" : t("gapAhead", share(data.gapPoints)))),
      m(Table, {
        rows: data.lines || [],
        caption: t("rankingTitle"),
        columns: [
          {
            head: t("indicator"),
            cell: (line) => link(`/ranking/${code}/${unit}`, line.indicatorName, { indicator: line.indicatorCode })
          },
          { head: t("weight"), number: true, cell: (line) => number(line.weight) }, {
            head: t("measured"),
            number: true,
            cell: (line) =>
                (line.valueBp === undefined ? m("span.unknown", { title: t("unknownWhy") }, t("unknown")) : percent(line.valueBp))
          },
          {
            head: t("partOfWhole"),
            number: true,
            cell: (line) =>
                (line.wholeTotal === undefined ? "" : `${amount(line, line.partTotal)} / ${amount(line, line.wholeTotal)}`)
          },
          { head: t("score"), number: true, cell: (line) => points(number(line.score)) },
          { head: t("points"), number: true, cell: (line) => share(line.points) }, {
            head: t("aheadHas"),
            number: true,
            cell: (line) =>
                (line.aheadPointsDelta === undefined ?
                     "" :
                     (number(line.aheadPointsDelta) > 0 ? "+" : "") + share(line.aheadPointsDelta))
          },
          { head: t("placeWithout"), number: true, cell: (line) => (line.placeWithout === undefined ? "" : line.placeWithout) }, {
            head: t("rowCount"),
            number: true,
            cell: (line) => link(`/ranking/${code}/${unit}`, count_(line.rowCount), { indicator: line.indicatorCode })
          }
        ]
      }),
      asked && [m("h2", t("rowsBehind"), "：", asked.indicatorName), answered(behind, rowTable)]
    ];
  }

  return {
    onremove() {
      card.leave();
      behind.leave();
    },
    view({ attrs: { params } }) {
      card.want([code, unit], () => call("evaluation.GetScorecard", { assessmentCode: code, unitId: unit }));
      return [
        m("p.back.noprint", link("/ranking", "← " + t("backTo", t("rankingTitle")), { code })),
        answered(card, (data) => body(data, params))
      ];
    },
  };
}
