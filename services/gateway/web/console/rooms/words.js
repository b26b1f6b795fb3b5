// words.js - the words of the rooms beyond the quarter.
import { addWords } from "../words.js";

addWords({
  // projects
  projectsTitle: ["项目", "Projects"], projectsSentence: ["{0} 个项目，{1} 个在施工；总投资 {2} 万元。", "{0} projects, {1} under construction; investment {2} (10,000 yuan)."], andUnknown: ["（其中 {0} 个项目投资未知）", " ({0} of unknown investment)"],
  noProjects: ["没有符合筛选的项目。改一改筛选；本单位还没有项目时，请主管部门录入（registry.AddProject）。", "No project fits the filter. Change it; when your unit has none yet, its bureau enters one (registry.AddProject)."],
  year: ["年度", "Year"], bureau: ["主管部门", "Bureau"], owner: ["业主单位", "Owner"], contractor: ["施工单位", "Contractor"], plannedPay: ["计划报酬", "Planned pay"], plannedWorkers: ["计划用工", "Planned workers"],
  // one project
  projectSentence: ["{0}，{1}，{2} 年度项目；{3}。", "{0}, {1}, {2}; {3}."], stateLine: ["项目阶段", "Stages"], parties: ["参与单位", "Parties"], contactPerson: ["联系人", "Contact"], phone: ["电话", "Telephone"], relation: ["关系", "Relation"], noParties: ["还没有登记参与单位。", "No parties are on record."],
  money: ["资金", "Money"], approvedMoney: ["下达", "Approved"], allocated: ["拨付", "Allocated"], paidPay: ["已付报酬", "Pay paid"], floorMoney: ["下限要求的报酬", "Pay the floor asks for"], moneyUnknown: ["还没有资金计划。", "No money is on record yet."],
  blocks: ["下一步与卡点", "The next step, and what blocks it"], gateOpen: ["可办", "open"], gateShut: ["{0} 项未满足", "{0} wanting"], clearedBy: ["由谁解决", "Cleared by"], clearing: ["办理", "Call"], noGates: ["本阶段没有下一步。", "There is no next step from here."], blocked: ["卡点", "What is wanting"],
  forecast: ["完工预测", "Forecast"], tabs: ["栏目", "Tabs"], tabNext: ["下一步", "Next step"], tabFunds: ["资金", "Funds"], tabTasks: ["任务与清单", "Tasks and lists"], tabSheets: ["报酬", "Pay"], tabDays: ["考勤", "Attendance"], tabTraining: ["培训", "Training"], tabFindings: ["检查", "Inspection"],
  tabNotices: ["公示", "Notices"], tabSteps: ["日志", "Log"], fund: ["资金来源", "Source"], document: ["文号", "Document"], noFunds: ["还没有资金行。", "No fund lines yet."], task: ["任务", "Task"], posts: ["岗位", "Posts"], noTasks: ["还没有任务。", "No tasks yet."], listed: ["列入清单", "Listed in"],
  confirmed: ["业主确认", "Confirmed"], noTraining: ["还没有培训记录；上岗前须先进行安全培训。", "No training on record; safety training comes before the first day."], trainingName: ["培训", "Training"], date: ["日期", "Date"], hours: ["课时", "Hours"], content: ["内容", "Content"],
  noFindings: ["没有检查发现的问题。", "No findings."], finding: ["问题", "Finding"], involved: ["涉及金额", "Amount"], dueDate: ["期限", "Due"], responsible: ["责任单位", "Responsible"], noNotices: ["还没有公示。", "No notices yet."], notice: ["公示", "Notice"], until: ["异议截止", "Objections until"],
  openObjections: ["未决异议", "Open objections"], step: ["步骤", "Step"], from: ["由", "From"], to: ["到", "To"], by: ["经办", "By"], note: ["说明", "Note"], noSteps: ["没有步骤记录。", "No steps on record."], at: ["时间", "Time"],
  // sheets
  sheetsTitle: ["劳务报酬发放表", "Wage sheets"], sheetsSentence: ["{0} 张发放表，应发 {1} 元，实发 {2} 元；{3} 张等待审定，{4} 张逾期未付清。", "{0} sheets, net {1}, paid {2} yuan; {3} wait for approval, {4} late."],
  noSheets: ["没有符合筛选的发放表：施工单位封存当月考勤后编制（payroll.DrawWageSheet）。", "No wage sheet fits: the contractor draws one once the month's attendance is sealed (payroll.DrawWageSheet)."],
  sheet: ["发放表", "Sheet"], month: ["月份", "Month"], gross: ["应发", "Gross"], deduction: ["扣款", "Deducted"], net: ["应付", "Net"], payDue: ["应付日", "Pay due"], lineCount: ["人数", "Lines"], sheetSentence: ["{0} 发放表：{1} 行，{2} 工日，应发 {3} 元，扣款 {4} 元，应付 {5} 元，已付 {6} 元。", "Sheet of {0}: {1} lines, {2} days, gross {3}, deducted {4}, net {5}, paid {6} yuan."],
  sheetSteps: ["发放表步骤", "Steps"], worker: ["姓名", "Name"], idMask: ["身份证号", "ID number"], standard: ["标准", "Rate"], payout: ["支付", "Payment"], account: ["账号", "Account"], approveSheet: ["审定这张发放表", "Approve this sheet"], approveAsk: ["审定 {0} 发放表？审定后应付 {1} 元即为应付工资。", "Approve the sheet of {0}? From then on {1} yuan are owed."],
  confirm: ["确认", "Confirmed"], confirmedCount: ["已确认 {0} / {1}", "{0} of {1} confirmed"], held: ["异议未决", "objection open"], objections: ["异议", "Objections"], noObjections: ["没有异议。", "No objections."], noSheetLines: ["这张发放表没有行。", "This sheet has no lines."], printConfirm: ["本人签字", "Signature"], successor: ["接替", "Replaced by"], voidWhy: ["作废原因", "Void because"],
  // attendance
  attendanceTitle: ["考勤", "Attendance"], chooseProject: ["请选择项目和月份。", "Choose a project and a month."], attendanceSentence: ["{0} {1}：{2} 人，{3} 工日。{4}", "{0} {1}: {2} people, {3} days. {4}"], sealedYes: ["■ 已封存，校验码 {0}…", "■ Sealed, digest {0}…"], sealedNo: ["○ 尚未封存，发放表须待封存后编制。", "○ Not sealed yet; a wage sheet needs a sealed month."],
  noAttendance: ["这个月没有考勤记录。", "There is no attendance in this month."], gridLegend: ["1 = 全天，½ = 半天，.25 = 四分之一天；† = 更正过", "1 = whole day, ½ = half, .25 = a quarter; † = corrected"], noProjectHere: ["没有与本单位有关的项目。", "No project has to do with your unit."],
  // filing
  filingTitle: ["本单位季报", "Our report"], noReport: ["{0} 还没有季报。填报人起草后，系统从四本台账取数。", "No report for {0} yet. The maker drafts it; the figures come from the ledgers."], draftButton: ["起草季报", "Draft the report"], draftAgain: ["重新取数", "Gather again"], zeroButton: ["零报告", "Nil report"], zeroReason: ["零报告原因", "Reason for the nil report"],
  checkButton: ["审核通过", "Check"], checkAsk: ["审核通过这份季报？数字随即固定。", "Check this report? Its figures are fixed from then on."], submitButton: ["报送办公室", "File with the office"], submitAsk: ["报送 {0} 季报？报送后由办公室决定，不能自行撤回。", "File the report for {0}? The office decides then; it cannot be taken back."], commentOn: ["对“{0}”的说明", "Comment on “{0}”"],
  history: ["各稿", "Revisions"], restateReason: ["重报原因", "Reason for restating"], waitsFor: ["等待", "Waits for"], warningsFirst: ["每处异常须由审核人说明后才能通过。", "Every exception needs the checker's comment."],
  // desk
  deskSentence: ["{0} 件事等你或本单位处理，最早的 {1}。", "{0} things wait for you or your unit; the oldest since {1}."], deskNothing: ["没有等你处理的事。新的事项一出现就会显示在这里。", "Nothing waits for you. What comes up appears here."], what: ["事项", "What"], since: ["自", "Since"], untilWhen: ["截止", "Until"], who: ["谁在等", "Who waits"],
  deskApprove: ["{0} 发放表待审定：{1} 人，{2} 元", "Sheet of {0} waits for approval: {1} people, {2} yuan"], deskConfirm: ["{0} 发放表待工人确认：{1} / {2}", "Sheet of {0} waits for the workers: {1} of {2}"], deskFile: ["{0} 发放表已付清，待备案", "Sheet of {0} is paid and waits to be filed"], deskPublish: ["{0} 发放表已审定，待公示", "Sheet of {0} is approved and waits to be posted"],
  deskReport: ["{0} 的季报待接受或退回", "The report of {0} waits for a decision"], deskReturned: ["季报被退回：{0}", "The report was returned: {0}"], deskCheck: ["季报草稿待审核", "The draft of the report waits for its check"], deskSubmit: ["季报已审核，待报送", "The report is checked and waits to be filed"], deskFinding: ["问题逾期未整改：{0}", "Finding overdue: {0}"],
  deskArrears: ["{0} 发放表逾期未付 {1} 元", "Sheet of {0}: {1} yuan unpaid after the due day"], deskGate: ["下一步卡住：{0} 项未满足", "Next step blocked: {0} wanting"], deskDraft: ["本季季报未起草", "The report of the quarter is not drafted"], workers: ["工人", "workers"], all: ["全部", "all"],
}, {
  SheetState: { DRAFT: ["编制", "drawn"], WORKER_CONFIRMED: ["工人确认", "confirmed by workers"], SUPERVISOR_REVIEWED: ["监理审核", "reviewed"], OWNER_APPROVED: ["业主审定", "approved"], PUBLICISED: ["公示", "posted"], ORDERED: ["下达支付", "ordered"],
    PARTLY_PAID: ["部分支付", "partly paid"], PAID: ["付清", "paid"], FILED: ["备案", "filed"], VOID: ["作废", "void"], REOPENED: ["考勤重开", "reopened"] },
  LineState: { DRAFT: ["未确认", "unconfirmed"], CONFIRMED: ["已确认", "confirmed"], ORDERED: ["已下达", "ordered"], PAID: ["已付", "paid"], REJECTED: ["银行退回", "rejected"], UNKNOWN: ["结果未知", "unknown"], SUPERSEDED: ["已更正", "superseded"] },
  FundSource: { CENTRAL_BUDGET_INVESTMENT: ["中央预算内投资", "central budget investment"], CENTRAL_LINKING: ["中央衔接资金", "central linking funds"], PROVINCIAL_LINKING: ["省级衔接资金", "provincial linking funds"], PROVINCIAL: ["省级", "provincial"], CITY: ["市级", "city"],
    DISTRICT: ["区级", "district"], SPECIAL_BOND: ["专项债券", "special bond"], BANK_LOAN: ["银行贷款", "bank loan"], SOCIAL: ["社会资本", "social"], OTHER: ["其他", "other"], SELF_RAISED: ["自筹", "self-raised"] },
  FindingState: { OPEN: ["待整改", "open"], SUBMITTED: ["已报整改", "rectification filed"], VERIFIED: ["已核销", "verified"], REOPENED: ["重新整改", "reopened"] },
  ForecastState: { ON_TRACK: ["● 可达下限", "● on track"], MENDABLE: ["◐ 低于下限，可补足", "◐ below the floor, mendable"], TOO_LATE: ["■ 低于下限，来不及补足", "■ below the floor, too late"], UNKNOWN: ["○ 暂无法预测", "○ not known yet"] },
  ObjectionState: { OPEN: ["未决", "open"], DISMISSED: ["不成立", "dismissed"], UPHELD: ["成立", "upheld"] },
  TrainingContent: { SAFETY: ["安全", "safety"], SKILL: ["技能", "skill"], POLICY: ["政策", "policy"] },
  NoticeStage: { BEFORE: ["事前", "before"], DURING: ["事中", "during"], AFTER: ["事后", "after"] },
  Method: { SubmitPreReview: ["报请预审", "Ask for the pre-review"], DecidePreReview: ["预审决定", "Decide the pre-review"], ApproveProject: ["批复", "Approve"], AwardProject: ["发包", "Award"], StartProject: ["开工", "Start"],
    ApplyDrawDown: ["申请拨款", "Apply for money"], CompleteProject: ["完工", "Complete"], AcceptProject: ["验收", "Accept"], CloseProject: ["归档", "Close"], SuspendProject: ["停工", "Suspend"], ResumeProject: ["复工", "Resume"], CancelProject: ["取消", "Cancel"] },
  ProcurementMode: { TENDER: ["招标", "by tender"], NON_TENDER: ["不招标", "without tender"] },
  PayUnit: { DAY: ["天", "day"], HOUR: ["小时", "hour"], PIECE: ["件", "piece"], MONTH: ["月", "month"] },
});
