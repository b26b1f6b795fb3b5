// rooms.js - which rooms there are, and whose tasks are done in them. What a room shows is decided by the node, call by call; here
// stands only what is offered.
import {hasDuty, is} from "./api.js";

const overseers = ["OFFICE", "AUDIT", "UPPER"];
const reporting = [...overseers, "BUREAU", "HR"];
const site = ["OWNER", "CONTRACTOR", "SUPERVISOR", "TOWNSHIP"];

// of: relations, none = everybody; duty: one only; also: what else of the addresses belongs to it.
const groups = [
  { word: "desk", rooms: [{ path: "/desk", word: "desk" }] },
  { word: "groupProjects", rooms: [{ path: "/projects", also: /^\/project\//, word: "projects" }] },
  {
    word: "groupLabour",
    rooms: [
      { path: "/attendance", word: "attendance", of: [...reporting, ...site] },
      { path: "/import", word: "importShort", of: ["CONTRACTOR", "OWNER", "TOWNSHIP", "BUREAU", "HR"], duty: "MAKER" }
    ]
  },
  {
    word: "groupPay",
    rooms: [
      { path: "/sheets", also: /^\/(sheet|slips)\//, word: "sheets", of: [...reporting, ...site] },
      { path: "/arrears", word: "arrears", of: [...reporting, "OWNER"] }
    ]
  },
  {
    word: "groupChecks",
    rooms: [
      { path: "/findings", word: "findings_", of: reporting }, { path: "/complaints", word: "complaints_", of: reporting },
      { path: "/forecasts", word: "forecasts", of: reporting }, { path: "/ranking", word: "ranking", of: [...overseers, "BUREAU", "TOWNSHIP"] }
    ]
  },
  {
    word: "groupReports",
    rooms: [
      { path: "/quarter", also: /^\/report\//, word: "glance", of: reporting }, { path: "/matrix", word: "matrix", of: reporting },
      { path: "/filing", word: "filing", of: ["BUREAU", "OFFICE"] }, { path: "/consolidated", word: "consolidated", of: [...overseers, "BUREAU"] },
      { path: "/circular", word: "circular", of: reporting }, { path: "/annual", word: "annual", of: overseers }
    ]
  }
];

const isOpen = (room) => (!room.of || is(...room.of)) && (!room.duty || hasDuty(room.duty));
export const isAt = (room, path) => path === room.path || path.startsWith(room.path + "/") || Boolean(room.also && room.also.test(path));
export const openGroups = () => groups.map((group) => ({...group, rooms: group.rooms.filter(isOpen) })).filter((group) => group.rooms.length);
// Whether the reader has a task there; what stands in no room (a way in from elsewhere) is the node's to decide.
export const isMine = (path) => groups.every((group) => group.rooms.every((room) => !isAt(room, path) || isOpen(room)));
