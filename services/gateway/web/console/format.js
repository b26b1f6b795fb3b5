// format.js - figures as people read them. What is absent is unknown and is shown as such; it is never 0.
import {session} from "./api.js";
import {t} from "./words.js";

const grouped = (text) => text.replace(/\B(?=(\d{3})+$)/g, ",");
const known = (value) => value !== undefined && value !== null && value !== "";

// A scalar that is 0 is left out of JSON.
export const number = (value) => Number(value || 0);
export const unknown = () => m("span.unknown", {title: t("unknownWhy")}, t("unknown"));

// fen -> 元 "1,234.56"; by digits, so that no large amount is rounded.
export function yuan(fen) {
  const text = String(fen || 0);
  const digits = text.replace("-", "").padStart(3, "0");
  return (text.startsWith("-") ? "-" : "") + grouped(digits.slice(0, -2)) + "." + digits.slice(-2);
}

// fen -> 万元 with two decimals, rounded half up.
export function wan(fen) {
  const value = BigInt(fen || 0);
  const size = (value < 0n ? -value : value) + 5000n;
  const digits = String(size / 10000n).padStart(3, "0");
  return (value < 0n ? "-" : "") + grouped(digits.slice(0, -2)) + "." + digits.slice(-2);
}

export const wanKnown = (fen) => (known(fen) ? wan(fen) : unknown());
export const countKnown = (count) => (known(count) ? count_(count) : unknown());
export const count_ = (count) => grouped(String(count || 0));
export const percent = (bp) => (Number(bp) / 100).toFixed(2) + " %";
export const percentKnown = (bp) => (known(bp) ? percent(bp) : unknown());

// hundredths of a day -> 工日
export function days(hundredths) {
  const value = number(hundredths);
  return grouped(String(Math.trunc(value / 100))) + (value % 100 ? "." + String(value % 100).padStart(2, "0") : "");
}

// In the grid: a whole day, a half, else the part.
export const dayMark = (hundredths) => ({100: "1", 50: "½", 0: "·"})[hundredths] || (hundredths / 100).toFixed(2).slice(1);

// Microseconds -> date and time where the node stands (+08).
export function moment(us) {
  if (!us || us === "0") return "";
  return new Date(Number(us) / 1000 + 8 * 3600000).toISOString().slice(0, 16).replace("T", " ");
}

// By the node's clock: an old computer's own may be years off.
export const today = () => new Date(Date.now() + session.aheadMs + 8 * 3600000).toISOString().slice(0, 10);
export const quarterName = (quarter) =>
    (quarter ? t("quarterName", quarter.slice(0, 4), "一二三四"[quarter[5] - 1], quarter[5]) : "");
export const daysBetween = (from, to) => Math.round((Date.parse(to) - Date.parse(from)) / 86400000);
