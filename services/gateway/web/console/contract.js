// contract.js - what the forms know of the methods that write: who may call them, what they need, their fields and the words for
// them. Made at build time from the descriptors, the methods' tables and the offices' words.
import {session} from "./api.js";
import {addNames, language} from "./words.js";

let contract = { methods: {}, messages: {}, enums: {}, heads: {}, figures: { blocks: [], total: [], line: [] } };
const more = {};  // words that the offices' tables do not have: field -> [zh, en]

export async function loadContract() {
  const response = await fetch(new URL("contract.json", import.meta.url));
  if (!response.ok) throw new Error("contract.json");
  contract = await response.json();
  addNames(contract.labels);
}

export const addHeads = (heads) => Object.assign(more, heads);
const spaced = (name) => name.replace(/_(fen|bp|hundredths|delta|us)$/, "").replaceAll("_", " ");

export function head(field) {
  if (language() === "en") return more[field] && more[field][1] || spaced(field);
  return more[field] && more[field][0] || contract.heads[field] || spaced(field);
}

// May this account call it at all; parties: of the project in question, when known. The node decides again by the project itself.
export function may(method, parties) {
  const row = contract.methods[method];
  const { who } = session;
  if (!row || !who) return false;
  const [relations, duty] = row;
  const mine = parties && parties.length ?
      [
        ...who.relations.filter((one) => overseers.has(one)),
        ...parties.filter((one) => one.unitId === who.unitId).map((one) => one.relation)
      ] :
      who.relations;
  const known = relations === "ANYONE" || mine.some((one) => relations.split(" ").includes(one));
  return known && (duty === "VIEWER" || duty === who.duty);
}
const overseers = new Set(["OFFICE", "HR", "AUDIT", "UPPER", "BANK", "SELF"]);

// The fields of a message: {name, kind, many}; kind: text int bool bytes, or the name of an enum or a message.
export const fieldsOf = (message) =>
    (contract.messages[message] || []).map(([name, kind, many]) => ({name, kind, many: Boolean(many)}));
export const requestOf = (method) => contract.methods[method][2];
export const isNeeded = (method, path) => contract.methods[method][3].split(" ").includes(path);
export const enumOf = (kind) => contract.enums[kind];
export const isMessage = (kind) => Boolean(contract.messages[kind]);
export const dutyOf = (method) => (contract.methods[method] || [])[1];

// The figures of the quarter by subject, of "total" or "line": [{id, title, figures: [{path, head, kind, type, open, missing}]}]; open: may be
// unknown; missing: beside it, how many projects are missing in the sum.
export const figureBlocks = (scope) =>
    contract.figures.blocks
        .map(([id, zh, en]) => ({
               id,
               title: language() === "en" ? en : zh,
               figures: contract.figures[scope]
                            .filter(([block]) => block === id)
                            .map(([, path, headZh, headEn, kind, type, open, missing]) => (
                                     { path: path.split("."), head: language() === "en" ? headEn : headZh, kind, type, open, missing }))
             }))
        .filter((block) => block.figures.length > 0);
