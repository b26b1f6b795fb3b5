"""What the demo prints."""
import sys
import unicodedata

FIELDS = {"TRANSPORT": "交通", "WATER": "水利", "ENERGY": "能源", "AGRICULTURE": "农业农村", "URBAN": "城镇建设", "ECOLOGY": "生态环境",
          "RECONSTRUCTION": "灾后恢复重建"}
TRACKS = {"SPECIAL_FUND": "专项资金项目", "NONGTUI": "农推", "ZHONGTUI": "重推"}
LEVELS = {"NATIONAL": "国家级", "PROVINCIAL": "省级", "CITY": "市级", "DISTRICT": "县级", "UNSPECIFIED": "未列清单 (专项)"}
STATES = {"MISSING": "○ 未报", "DRAFT": "○ 未报", "SUBMITTED": "◐ 待审", "RETURNED": "↩ 退回", "ACCEPTED": "● 接受"}
_COLUMNS = (("项目", "project_count", str), ("总投资万元", "total_investment_fen", None), ("吸纳人数", "absorbed_count", str), ("当地", "local_count", str),
            ("重点群体", "priority_count", str), ("工日", "day_hundredths", None), ("应发万元", "due_fen", None), ("实发万元", "paid_fen", None),
            ("欠发元", "unpaid_fen", None), ("人均元", "per_head_fen", None))


def width(text):
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)


def pad(text, columns, right=True):
    space = " " * max(0, columns - width(text))
    return space + text if right else text + space


def wan(fen):
    """万元, two decimals, half up."""
    return f"{(fen + 5_000) // 10_000 / 100:,.2f}"


def yuan(fen):
    return f"{fen / 100:,.2f}"


def cell(name, row):
    value = row[name]
    if name == "total_investment_fen":
        missing = row["total_investment_unknown_count"]
        return "—" if value is None else f"≥ {wan(value)} (+{missing})" if missing else wan(value)
    if name in ("due_fen", "paid_fen"):
        return wan(value)
    if name == "day_hundredths":
        return f"{value / 100:,.1f}"
    return yuan(value or 0) if name.endswith("_fen") else f"{value:,}"


def table(title, rows):
    """rows: [(label, Total)]."""
    body = [[label, *(cell(name, row) for _, name, _ in _COLUMNS)] for label, row in rows]
    head = [title, *(text for text, _, _ in _COLUMNS)]
    widths = [max(width(line[place]) for line in [head, *body]) for place in range(len(head))]
    for line in [head, *body]:
        print("  " + "  ".join(pad(text, columns, place > 0) for place, (text, columns) in enumerate(zip(line, widths))))
    print()


def standings(units):
    """Three to a line: sign, name, what is particular."""
    cells = []
    for unit in units:
        marks = [word for word, holds in (("零报告", unit["is_zero"]), ("逾期", unit["is_late"])) if holds]
        cells.append(f"{STATES[unit['report_state']]} {unit['unit_name']}{' (' + '、'.join(marks) + ')' if marks else ''}")
    for start in range(0, len(cells), 3):
        print("  " + "".join(pad(text, 46, False) for text in cells[start:start + 3]).rstrip())
    print()


def report(body, district):
    summary = body["summary"]
    names = {unit.unit_id: unit.name for unit in district.members}
    print(f"\n云冈区 2026年第三季度以工代赈季报汇总 (第 {body['consolidation_number']} 次)")
    print(f"  {body['expected_count']} 家应报, {body['reported_count']} 家已报, {body['accepted_count']} 家接受, {body['late_count']} 家逾期 "
          f"({'、'.join(body['late_unit_names'])}), {body['missing_count']} 家未报: {'、'.join(body['missing_unit_names'])}")
    print(f"  吸纳 {summary['absorbed_count']} 人 (跨单位去重), 其中女 {summary['female_count']} 人; 培训 {summary['trainee_count']} 人; "
          f"实发劳务报酬 {wan(summary['paid_fen'])} 万元\n")
    standings(body["units"])
    table("合计", [("全区", summary)])
    table("按领域", [(FIELDS.get(row["total_key"], row["total_key"]), row) for row in body["by_field"]])
    table("按类别", [(TRACKS.get(row["total_key"], row["total_key"]), row) for row in body["by_track"]])
    table("按清单级别", [(LEVELS.get(row["total_key"], row["total_key"]), row) for row in body["by_list_level"]])
    table("按单位", [(names.get(row["total_key"], row["total_key"]), row) for row in body["by_unit"]])
    if missing := summary["total_investment_unknown_count"]:
        print(f"  总投资: 另有 {missing} 个项目未公布总投资, 未计入 (≥: 还有 +N 个未公布; —: 全部未公布)\n")
    exceptions = [row for row in body["exceptions"] if row["project_code"]]
    print("  异常:")
    for row in exceptions:
        print(f"  ■ {row['unit_name']} {row['project_code']} {row['exception_rule']}: {row['line_note'] or row['exception_note']}")
    print()


def say(text):
    print(f"· {text}", flush=True)


def stderr(text):
    print(text, file=sys.stderr, flush=True)
