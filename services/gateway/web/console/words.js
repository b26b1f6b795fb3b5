// words.js - every word of the console, Chinese and English side by side. {0}, {1} … stand for what is put in.
let chosen = localStorage.getItem("language") === "en" ? "en" : "zh";

export const language = () => chosen;

export function setLanguage(name) {
  chosen = name;
  localStorage.setItem("language", name);
  document.documentElement.lang = name === "en" ? "en" : "zh-CN";
}

const words = {
  title: ["以工代赈管理", "Work-relief"],
  unknown: ["未知", "unknown"],
  unknownWhy: ["没有数据，不是零", "Not known; this is not zero"],
  quarterName: ["{0}年第{1}季度", "{0} Q{2}"],
  quarter: ["季度", "Quarter"],
  loading: ["正在读取…", "Loading…"],
  more: ["只显示前 {0} 行，请用筛选缩小范围。", "Only the first {0} rows are shown; narrow it by a filter."],
  skip: ["跳到正文", "Skip to content"],
  rooms: ["栏目", "Rooms"],
  notYourRoom: ["此栏目不在您的职责内", "This room is not among your tasks"],
  notYourRoomWhy: ["您的待办事项都在工作台。", "What waits for you stands on the desk."],
  // rooms
  desk: ["工作台", "Desk"],
  glance: ["报送情况", "Quarter"],
  consolidated: ["汇总", "Consolidated"],
  projects: ["项目", "Projects"],
  sheets: ["发放表", "Wage sheets"],
  filing: ["季报", "Our report"],
  attendance: ["考勤", "Attendance"],
  // log in
  account: ["账号", "Account"],
  password: ["密码", "Password"],
  newPassword: ["新密码", "New password"],
  repeatPassword: ["再输一遍新密码", "New password again"],
  invitation: ["邀请码", "Invitation code"],
  logIn: ["登录", "Log in"],
  logOut: ["退出登录", "Log out"],
  firstTime: ["首次登录：用邀请码设置密码", "First time: set a password by invitation"],
  setPassword: ["设置密码并登录", "Set the password and log in"],
  backToLogin: ["返回登录", "Back to log in"],
  notSame: ["两次输入的新密码不一致。", "The two new passwords differ."],
  passwordHint: [
    "至少 8 个汉字或 12 个字母数字；可用一句话作密码。", "At least 8 Chinese characters or 12 letters; a sentence is a good one."
  ],
  lead: ["工资台账、季度报送与审核", "Wage ledgers, quarterly reports and their checks"],
  // table and keys
  search: ["在本表中查找", "Search this table"],
  rowsShown: ["{0} 行", "{0} rows"],
  rowsOf: ["{0} / {1} 行", "{0} of {1} rows"],
  noMatch: ["没有符合“{0}”的行。", "No row has “{0}”."],
  clear: ["清除查找", "Clear the search"],
  help: ["键盘", "Keyboard"],
  close: ["关闭", "Close"],
  print: ["打印", "Print"],
  cancel: ["取消", "Cancel"],
  keySearch: ["查找", "search"],
  keyRows: ["下一行、上一行", "next row, previous row"],
  keyOpen: ["打开所在行", "open the row"],
  keyHelp: ["本说明", "this help"],
  // problems
  refused: ["未办理", "Not done"],
  basis: ["依据", "Basis"],
  where: ["位置", "At"],
  rule: ["规则", "Rule"],
  retry: ["重试", "Try again"],
  // glance
  glanceTitle: ["本季报送情况", "Who has reported"],
  glanceSentence: [
    "{0}：{1} 家应报，{2} 家已报（{3} 家按时），{4} 家未报", "{0}: {1} units must report, {2} have ({3} on time), {4} have not"
  ],
  glanceAll: ["{0}：{1} 家应报，全部已报（{3} 家按时）", "{0}: all {1} units have reported ({3} on time)"],
  namesFollow: ["：", ": "],
  nameComma: ["、", ", "],
  fullStop: ["。", "."],
  glanceDue: ["截止 {0}", "Due {0}"],
  glanceLeft: ["还有 {0} 天", "{0} days left"],
  glancePast: ["已过 {0} 天", "{0} days past"],
  graceDays: ["宽限 {0} 天", "{0} days of grace"],
  OPEN: ["报送中", "Open"],
  CLOSED: ["已关闭", "Closed"],
  glanceAccepted: ["已接受 {0} 家", "{0} accepted"],
  unit: ["单位", "Unit"],
  made: ["填报", "Drafted"],
  checked: ["审核", "Checked"],
  filed: ["报送", "Filed"],
  decided: ["决定", "Decided"],
  state: ["状态", "State"],
  filedAt: ["报送时间", "Filed at"],
  next: ["下一步由谁办", "Who is asked next"],
  nextMISSING: ["该单位填报人：起草", "its maker: draft"],
  nextDRAFT: ["该单位审核人：审核", "its checker: check"],
  nextCHECKED: ["该单位审核人：报送", "its checker: file"],
  nextRECEIVING: ["下级节点：续传", "its node: send the rest"],
  nextSUBMITTED: ["办公室审核人：接受或退回", "office checker: accept or return"],
  nextRETURNED: ["该单位填报人：修改后重报", "its maker: mend and file again"],
  nextACCEPTED: ["无", "nobody"],
  signOnTime: ["按时", "on time"],
  signLate: ["逾期", "late"],
  signMissing: ["未办", "missing"],
  signReturned: ["退回", "returned"],
  signBlocked: ["逾期未报", "overdue"],
  legend: ["标记", "Signs"],
  zeroReport: ["零报告", "nil report"],
  noQuarter: [
    "还没有开放任何季度，由办公室审核人在“报送情况”开放。",
    "No quarter has been opened yet; an office checker opens one in “Quarter”."
  ],
  noUnits: ["本季度没有你能看到的应报单位：本单位不在应报名单内。", "None of the units that must report is yours to see."],
  // report
  report: ["季报", "Report"],
  reportTitle: ["{0} {1}季报", "{0}, report of {1}"],
  revision: ["第 {0} 稿", "revision {0}"],
  lines: ["项目行", "Projects"],
  exceptions: ["异常", "Exceptions"],
  remarks: ["退回意见", "Remarks"],
  reportSentence: [
    "{0} 个项目，吸纳 {1} 人次（各项目相加），应发 {2} 万元，实发 {3} 万元，欠发 {4} 万元；{5} 处异常。",
    "{0} projects, {1} people (projects added up), due {2}, paid {3}, unpaid {4} (10,000 yuan); {5} exceptions."
  ],
  reportZero: ["零报告：{0}", "Nil report: {0}"],
  project: ["项目", "Project"],
  field: ["领域", "Field"],
  track: ["类别", "Track"],
  invest: ["总投资", "Investment"],
  absorbed: ["吸纳人数", "People"],
  workDays: ["工日", "Days"],
  due: ["应发", "Due"],
  paid: ["实发", "Paid"],
  unpaid: ["欠发", "Unpaid"],
  ratioFloor: ["占比 / 下限", "Ratio / floor"],
  trained: ["培训人数", "Trained"],
  sheetsFiled: ["发放表备案", "Sheets filed"],
  findings: ["问题 (未改)", "Findings (open)"],
  wanUnit: ["万元", "10k yuan"],
  yuanUnit: ["元", "yuan"],
  people: ["人", ""],
  comment: ["单位说明", "Unit's comment"],
  noExceptions: ["没有异常：各项目都在规则以内。", "No exceptions: every project is within the rules."],
  noLines: ["这份季报没有项目行。", "This report has no project lines."],
  exceptionsLater: [
    "尚未核查：审核人审核时，系统按规则逐个项目核查异常。",
    "Not looked for yet: the system does when the checker checks the report."
  ],
  noComment: ["未说明", "none"],
  remarkFor: ["对“{0}”的意见", "Remark on “{0}”"],
  returnReason: ["退回原因", "Reason for returning"],
  acceptButton: ["接受这份季报", "Accept this report"],
  acceptAsk: [
    "接受 {0} 的季报？接受后进入本季汇总，只能由该单位说明原因后重报。",
    "Accept the report of {0}? It enters the quarter; only a restatement with a reason replaces it."
  ],
  returnButton: ["退回", "Return"],
  returnWith: ["退回并附 {0} 条意见", "Return with {0} remarks"],
  returnAsk: ["退回 {0} 的季报，附 {1} 条意见？", "Return the report of {0} with {1} remarks?"],
  madeBy: ["填报人", "Made by"],
  checkedBy: ["审核人", "Checked by"],
  submittedBy: ["报送人", "Filed by"],
  decidedBy: ["决定人", "Decided by"],
  sealHere: ["单位（盖章）", "Unit (seal)"],
  dateHere: ["日期", "Date"],
  backTo: ["返回{0}", "Back to {0}"],
  mark: ["标注", "Remark"],
  // consolidation
  consolidateButton: ["汇总本季", "Consolidate the quarter"],
  consolidateAsk: [
    "汇总 {0}？已接受 {1} / {2} 家。每次汇总另存一版，不覆盖旧版。",
    "Consolidate {0}? {1} of {2} units are accepted. Each consolidation is kept beside the older ones."
  ],
  consolidatedTitle: ["汇总表", "Consolidated figures"],
  consolidatedSentence: [
    "{0} 第 {1} 次汇总：{2} 个项目，吸纳 {3} 人（去重），{4} 工日，应发 {5} 万元，实发 {6} 万元，欠发 {7} 万元；{8} / {9} 家已接受。",
    "{0}, consolidation {1}: {2} projects, {3} people (each once), {4} days, due {5}, paid {6}, unpaid {7} (10,000 yuan); {8} of {9} units accepted."
  ],
  consolidatedAt: ["汇总于 {0}，{1}", "Consolidated {0} by {1}"],
  byField: ["按领域", "By field"],
  byUnit: ["按单位", "By unit"],
  byTownship: ["按所在地", "By place"],
  allFigures: ["全部指标", "All figures"],
  figureYes: ["是", "yes"],
  figureNo: ["否", "no"],
  byListKind: ["按清单", "By list"],
  byListLevel: ["按级别", "By level"],
  byTrack: ["按类别", "By track"],
  total: ["合计", "Total"],
  projectCount: ["项目数", "Projects"],
  paidPicture: ["各季实发报酬，按领域（万元）", "Paid by quarter and field (10,000 yuan)"],
  ratioPicture: ["各项目报酬占比与下限（下限 = 竖线）", "Pay ratio of each project against its floor"],
  wanting: ["差", "wanting"],
  below: ["低于下限", "below the floor"],
  noRatio: ["本季没有可算占比的项目：没有核验过占比。", "No project has a checked ratio in this quarter."],
  unlisted: ["未列入", "not listed"],
  notConsolidated: ["{0} 还没有汇总。", "{0} has not been consolidated yet."],
  unknownOf: ["另有 {0} 个项目未知", "{0} more projects unknown"],
  conflicts: ["由两家单位报送的项目，未计入合计", "Projects reported by two units, not counted"],
  // forms
  needed: ["必填", "required"],
  choose: ["请选择", "choose"],
  tryFirst: ["先试办（不留记录）", "Try first (nothing is kept)"],
  tried: ["试办通过：各项规则都满足，尚未办理。", "The trial passed every rule; nothing has been done yet."],
  done: ["已办理。", "Done."],
  addRow: ["增加一行", "Add a row"],
  removeRow: ["删除第 {0} 行", "Remove row {0}"],
  paperStays: ["只取文件的国密摘要，文件留在本机。", "Only the file's SM3 digest is kept; the file stays here."],
  badMoney: ["应写作元，至多两位小数，如 1234.50。", "Write yuan with at most two decimals, such as 1234.50."],
  badNumber: ["应为数字。", "A number, please."],
  separate: ["多个之间用顿号、逗号或换行分开", "several: with commas or on lines of their own"],
  actions: ["可办理的事项", "What you can do here"],
  noActions: ["这里没有需要你办理的事项。", "There is nothing for you to do here."],
  paperCode: ["校验码 {0}", "code {0}"],
  printedAt: ["打印于 {0}", "printed {0}"],
  paperSame: ["纸面与系统现存数字一致。", "The paper and the record agree."],
  paperOther: ["纸面与系统现存数字不一致：已有更新的版本，或纸面被改动。", "The paper and the record differ: there is a newer version, or the paper was changed."],
  // dialog
  sure: ["请确认", "Please confirm"],
  yes: ["确定", "Yes"],
  deskTitle: ["等我办理", "Waiting for me"],
  allUnits: ["全部", "all"],
};

// Names of enum values; those not here are shown as they are.
const values = {
  FieldOfWork: {
    TRANSPORT: ["交通", "Transport"],
    WATER: ["水利", "Water"],
    ENERGY: ["能源", "Energy"],
    AGRICULTURE: ["农业农村", "Agriculture"],
    URBAN: ["城镇建设", "Urban"],
    ECOLOGY: ["生态建设", "Ecology"],
    RECONSTRUCTION: ["灾后恢复重建", "Reconstruction"]
  },
  Track: { SPECIAL_FUND: ["专项资金", "special fund"], NONGTUI: ["农推", "rural works"], ZHONGTUI: ["重推", "key works"] },
  ListKind: {
    ZHONGTUI: ["重推清单", "key works list"],
    NONGTUI: ["农推清单", "rural works list"],
    MODE_ADOPTED: ["采取以工代赈方式", "mode adopted"]
  },
  ListLevel: {
    NATIONAL: ["国家级", "national"],
    PROVINCIAL: ["省级", "provincial"],
    CITY: ["市级", "city"],
    DISTRICT: ["区级", "district"]
  },
  Duty: { VIEWER: ["查看人", "viewer"], MAKER: ["填报人", "maker"], CHECKER: ["审核人", "checker"] },
  Relation: {
    BUREAU: ["主管部门", "bureau"],
    OWNER: ["业主单位", "owner"],
    CONTRACTOR: ["施工单位", "contractor"],
    SUPERVISOR: ["监理单位", "supervisor"],
    TOWNSHIP: ["乡镇街道", "township"],
    CONTACT: ["联系单位", "contact unit"],
    OFFICE: ["协调机制办公室", "office"],
    HR: ["人社部门", "HR bureau"],
    BANK: ["银行", "bank"],
    AUDIT: ["审计", "audit"],
    UPPER: ["上级", "upper office"],
    SELF: ["本系统", "the system"]
  },
  ReportState: {
    MISSING: ["未填报", "missing"],
    RECEIVING: ["接收中", "receiving"],
    DRAFT: ["草稿", "draft"],
    CHECKED: ["已审核", "checked"],
    SUBMITTED: ["已报送", "filed"],
    RETURNED: ["已退回", "returned"],
    ACCEPTED: ["已接受", "accepted"],
    REPLACED: ["已被新稿取代", "replaced"],
    RESTATED: ["已重报", "restated"]
  },
  ProjectState: {
    DRAFT: ["草稿", "draft"],
    PRE_REVIEW: ["预审", "pre-review"],
    RETURNED: ["退回", "returned"],
    APPROVED: ["批复", "approved"],
    AWARDED: ["发包", "awarded"],
    CONSTRUCTION: ["施工", "construction"],
    COMPLETED: ["完工", "completed"],
    ACCEPTED: ["验收", "accepted"],
    CLOSED: ["归档", "closed"],
    SUSPENDED: ["停工", "suspended"],
    CANCELLED: ["取消", "cancelled"]
  },
  Exception: {
    ZERO_PAY_UNDER_CONSTRUCTION: ["在建而本季未发报酬", "under construction, nothing paid this quarter"],
    RATIO_BELOW_FLOOR: ["报酬占比低于下限", "pay ratio below the floor"],
    SHEETS_LATE: ["发放表备案逾期", "wage sheets filed late"],
    PAY_IN_ARREARS: ["有欠发报酬", "pay in arrears"],
    FINDINGS_OVERDUE: ["问题逾期未整改", "findings overdue"],
    LATE_FILING: ["逾期报送", "filed late"],
    NOT_FILED: ["未报送", "not filed"],
    PROJECT_OF_TWO_UNITS: ["同一项目由两家单位报送，未计入合计", "reported by two units, not counted"]
  },
};

const pick = (pair) => pair[chosen === "en" ? 1 : 0];

export function t(name, ...parts) {
  return (words[name] ? pick(words[name]) : name).replace(/\{(\d)\}/g, (_, index) => parts[index] ?? "");
}

// In Chinese the offices' own words stand behind those of the rooms; in English the name itself says it.
let names = {};
export const addNames = (more) => {
  names = more;
};

export function value(kind, name) {
  const pair = values[kind] && values[kind][name];
  if (pair) return pick(pair);
  return (chosen !== "en" && names[kind] && names[kind][name]) || (name || "").toLowerCase().replaceAll("_", " ");
}

// A detail of a rule with the names of states and kinds in it said as words; kinds: where they may be from.
export const worded = (text, kinds) => text.replace(/\b[A-Z][A-Z_]{2,}\b/g, (name) => {
  const kind = kinds.find((one) => (values[one] && values[one][name]) || (names[one] && names[one][name]));
  return kind ? value(kind, name) : name;
});

export const valuesOf = (kind) => Object.keys(values[kind] || names[kind] || {});

// Rooms bring their own words with them.
export function addWords(more, moreValues = {}) {
  Object.assign(words, more);
  for (const [kind, pairs] of Object.entries(moreValues)) values[kind] = {...values[kind], ...pairs };
}
