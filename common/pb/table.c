/* table.c - one cell at a time between text as the offices write it and the fields of a message. */
#include "common/pb/table.h"

#include <inttypes.h>
#include <string.h>

#include "common/base/clock.h"
#include "common/base/money.h"
#include "common/base/text.h"
#include "common/pb/cell.h"
#include "common/pb/validate.h"

struct head {
  const char *field, *zh;
};
struct label {
  const char *type, *value, *zh;
};

static const struct head heads[] = {
#define HEAD(field, zh) {#field, zh},
#define LABEL(type, value, zh)
#include "common/pb/heads.def"
#undef HEAD
#undef LABEL
};

static const struct label labels[] = {
#define HEAD(field, zh)
#define LABEL(type, value, zh) {#type, #value, zh},
#include "common/pb/heads.def"
#undef HEAD
#undef LABEL
};

/* --- heads --------------------------------------------------------------------------------------------------------------------- */

/* Units that say nothing new. 万元 is not among them: such a column would be read as yuan. */
static size_t length_without_unit(const char *head) {
  static const char *const units[] = {"(元)", "（元）", "(人)", "（人）", "(个)", "（个）", "(工日)", "（工日）"};
  const size_t length = strlen(head);
  for (size_t i = 0; i < ARRAY_LENGTH(units); i++) {
    const size_t unit = strlen(units[i]);
    if (length > unit && !strcmp(head + length - unit, units[i])) return length - unit;
  }
  return length;
}

const message_field *table_head_field(const message_type *type, const char *head) {
  const message_field *const named = pb_field(type, head);
  if (named) return named;
  const size_t length = length_without_unit(head);
  for (size_t i = 0; i < ARRAY_LENGTH(heads); i++) {
    if (strlen(heads[i].zh) != length || memcmp(heads[i].zh, head, length) != 0) continue;
    const message_field *const field = pb_field(type, heads[i].field);
    if (field) return field;
  }
  return NULL;
}

bool table_head_is(const char *field_name, const char *head) {
  const size_t length = length_without_unit(head);
  if (!strcmp(field_name, head)) return true;
  for (size_t i = 0; i < ARRAY_LENGTH(heads); i++)
    if (!strcmp(heads[i].field, field_name) && strlen(heads[i].zh) == length && !memcmp(heads[i].zh, head, length)) return true;
  return false;
}

const char *table_field_head(const char *field_name) {
  for (size_t i = 0; i < ARRAY_LENGTH(heads); i++)
    if (!strcmp(heads[i].field, field_name)) return heads[i].zh;
  return field_name;
}

/* --- enum labels: an enum stands in a message that gives it its name, "workrelief.FieldOfWork.Value" ---------------------------- */

static bool label_is_of(const struct label *label, const ProtobufCEnumDescriptor *type) {
  const size_t length = strlen(type->name), wanted = strlen(label->type), tail = strlen(".Value");
  if (length < wanted + tail + 1 || strcmp(type->name + length - tail, ".Value") != 0) return false;
  const char *const start = type->name + length - tail - wanted;
  return start[-1] == '.' && !memcmp(start, label->type, wanted);
}

static const char *label_of_value(const ProtobufCEnumDescriptor *type, const char *value) {
  for (size_t i = 0; i < ARRAY_LENGTH(labels); i++)
    if (!strcmp(labels[i].value, value) && label_is_of(&labels[i], type)) return labels[i].zh;
  return value;
}

/* A column says the same few words in every row: where a word was found last is looked at first. One slot a thread and hash. */
static const char *value_of_label(const ProtobufCEnumDescriptor *type, const char *zh) {
  static _Thread_local const struct label *found_last[64];
  uint32_t hash = 2166136261u ^ (uint32_t)((uintptr_t)type >> 4);
  for (const char *next = zh; *next; next++) hash = (hash ^ (uint8_t)*next) * 16777619u;
  const struct label **const last = &found_last[hash % ARRAY_LENGTH(found_last)];
  if (*last && !strcmp((*last)->zh, zh) && label_is_of(*last, type)) return (*last)->value;
  for (size_t i = 0; i < ARRAY_LENGTH(labels); i++) {
    if (strcmp(labels[i].zh, zh) != 0 || !label_is_of(&labels[i], type)) continue;
    *last = &labels[i];
    return labels[i].value;
  }
  return zh;
}

/* --- kinds of cells ------------------------------------------------------------------------------------------------------------ */

enum cell_kind {
  CELL_TEXT,
  CELL_NUMBER,
  CELL_YUAN,
  CELL_DAYS,
  CELL_RATIO,
  CELL_MOMENT,
  CELL_DATE,
  CELL_MONTH,
  CELL_BOOL,
  CELL_ENUM,
  CELL_BYTES,
  CELL_NONE
};

static bool ends_in(const char *name, const char *tail) {
  const size_t length = strlen(name), wanted = strlen(tail);
  return length >= wanted && !strcmp(name + length - wanted, tail);
}

static enum cell_kind kind_of(const message_field *field) {
  if (field->type == PROTOBUF_C_TYPE_STRING) {
    const struct field_rule *const rule = field_rule_find(field->name);
    if (rule && rule->text_ok == date_ok) return CELL_DATE;
    return rule && rule->text_ok == month_ok ? CELL_MONTH : CELL_TEXT;
  }
  if (field->type == PROTOBUF_C_TYPE_ENUM) return CELL_ENUM;
  if (field->type == PROTOBUF_C_TYPE_BOOL) return CELL_BOOL;
  if (field->type == PROTOBUF_C_TYPE_BYTES) return CELL_BYTES;
  if (field->type == PROTOBUF_C_TYPE_MESSAGE) return CELL_NONE;
  if (ends_in(field->name, "_fen")) return CELL_YUAN;
  if (ends_in(field->name, "_hundredths") || ends_in(field->name, "_hundredths_year")) return CELL_DAYS;
  if (ends_in(field->name, "_bp")) return CELL_RATIO;
  return ends_in(field->name, "_at_us") ? CELL_MOMENT : CELL_NUMBER;
}

/* --- in ------------------------------------------------------------------------------------------------------------------------ */

struct why {
  const char *zh, *en;
};

static const struct why full = {"内存不足, 请分批导入。", "Out of memory; import in batches."};

/* Numbers of a written date: "2026年3月31日" -> 3 of them. Between them stands one of - / . 年 月, at the end perhaps 日 or 月. */
static size_t date_parts(const char *cell, int parts[3]) {
  static const char *const joints[] = {"-", "/", ".", "年", "月", "日"};
  size_t count = 0;
  while (*cell && count < 3) {
    int value = 0, digits = 0;
    for (; *cell >= '0' && *cell <= '9' && digits < 4; cell++, digits++) value = value * 10 + (*cell - '0');
    if (digits == 0 || (count == 0) != (digits == 4) || digits == 3) return 0;
    parts[count++] = value;
    for (size_t i = 0; i < ARRAY_LENGTH(joints) && *cell; i++) {
      const size_t joint = strlen(joints[i]);
      if (strncmp(cell, joints[i], joint) != 0) continue;
      cell += joint;
      if (!*cell && joint == 1) return 0; /* "2026-03-" */
      break;
    }
  }
  return *cell ? 0 : count;
}

/* A day as written, as a spreadsheet counts it, as eight digits, or with a midnight behind it. All zero: none of these. */
static struct civil civil_of_cell(const char *cell) {
  static const char *const midnights[] = {" 00:00:00", " 0:00:00", " 00:00", " 0:00", "T00:00:00"};
  char text[32];
  int parts[3];
  int32_t day;
  int64_t digits;
  size_t length = strlen(cell);
  for (size_t i = 0; i < ARRAY_LENGTH(midnights); i++)
    if (length < sizeof text && ends_in(cell, midnights[i])) {
      memcpy(text, cell, length + 1);
      text[length - strlen(midnights[i])] = 0;
      cell = text;
      length = strlen(text);
    }
  if (cell_serial_day(cell, &day)) return civil_of_day(day);
  if (length == 8 && parse_int64(cell, 19000101, 99991231, &digits))
    return (struct civil){(int)(digits / 10000), (int)(digits / 100 % 100), (int)(digits % 100)};
  return date_parts(cell, parts) == 3 ? (struct civil){parts[0], parts[1], parts[2]} : (struct civil){0};
}

static bool put_date(struct arena *arena, message *row, const message_field *field, const char *cell, struct why *why) {
  const struct civil civil = civil_of_cell(cell);
  if (!civil_is_valid(civil)) {
    *why = (struct why){"日期写法不对或该日不存在, 应写作 2026-03-31、2026/3/31 或 2026年3月31日。",
                        "Not a date that exists; write 2026-03-31, 2026/3/31 or 2026年3月31日."};
    return false;
  }
  char text[CLOCK_DATE_SIZE];
  return pb_put_text(arena, row, field, date_format(day_of_civil(civil), text));
}

static bool put_month(struct arena *arena, message *row, const message_field *field, const char *cell, struct why *why) {
  int parts[3];
  struct civil civil = {0};
  if (date_parts(cell, parts) == 2) civil = (struct civil){parts[0], parts[1], 1};
  if (!civil.year) civil = civil_of_cell(cell); /* a spreadsheet makes the first of the month of it */
  if (!civil_is_valid(civil) || civil.day != 1) {
    *why = (struct why){"月份写法不对, 应写作 2026-03、2026/3 或 2026年3月。", "Not a month; write 2026-03, 2026/3 or 2026年3月."};
    return false;
  }
  char text[CLOCK_DATE_SIZE];
  date_format(day_of_civil(civil), text)[7] = 0;
  return pb_put_text(arena, row, field, text);
}

static bool put_bool(struct arena *arena, message *row, const message_field *field, const char *cell, struct why *why) {
  static const struct {
    const char *word;
    int value;
  } words[] = {{"是", 1}, {"有", 1}, {"√", 1}, {"true", 1},  {"TRUE", 1},  {"1", 1},
               {"否", 0}, {"无", 0}, {"×", 0}, {"false", 0}, {"FALSE", 0}, {"0", 0}};
  for (size_t i = 0; i < ARRAY_LENGTH(words); i++)
    if (!strcmp(words[i].word, cell)) return pb_put_int(arena, row, field, words[i].value);
  *why = (struct why){"应填“是”或“否”。", "Write 是 (yes) or 否 (no)."};
  return false;
}

static bool put_bytes(struct arena *arena, message *row, const message_field *field, const char *cell, struct why *why) {
  const size_t length = strlen(cell) / 2;
  uint8_t *const bytes = arena_alloc(arena, length);
  if (!bytes) return false;
  if (hex_decode(cell, bytes, length)) return pb_put_bytes(arena, row, field, bytes, length);
  *why = (struct why){"应为十六进制数字(偶数位)。", "An even number of hexadecimal digits is wanted."};
  return false;
}

/* A ratio is basis points, or a percentage when it says so: "30%", "45.19 %". */
static bool parse_ratio(const char *cell, int64_t *bp) {
  char number[MONEY_TEXT_SIZE];
  size_t length = strlen(cell);
  if (!ends_in(cell, "%") || length >= sizeof number) return parse_int64(cell, INT64_MIN, INT64_MAX, bp);
  memcpy(number, cell, --length);
  while (length > 0 && number[length - 1] == ' ') length--;
  number[length] = 0;
  return money_parse_yuan(number, bp); /* hundredths of a unit, as fen are of a yuan */
}

static bool put_number(struct arena *arena, message *row, const message_field *field, enum cell_kind kind, const char *cell, struct why *why) {
  static const struct why wrong[] = {
      [CELL_NUMBER] = {"应为整数, 不带逗号、单位和小数。", "A whole number is wanted, without commas, unit or decimals."},
      [CELL_YUAN] = {"金额写法不对, 应以元为单位, 最多两位小数, 如 1234.50。", "Not an amount; write yuan with at most two decimals, as 1234.50."},
      [CELL_DAYS] = {"工日写法不对, 应以工日为单位, 最多两位小数, 如 0.5。", "Not a quantity of work; write days with at most two decimals, as 0.5."},
      [CELL_RATIO] = {"比例写法不对, 应写作百分数 30% 或万分数 3000。", "Not a ratio; write a percentage, 30%, or basis points, 3000."},
      [CELL_MOMENT] = {"时间写法不对, 应写作 2026-03-31T08:00:00+08:00。", "Not a time; write 2026-03-31T08:00:00+08:00."},
  };
  int64_t value = 0;
  const bool parsed = kind == CELL_YUAN || kind == CELL_DAYS     ? money_parse_yuan(cell, &value)
                      : kind == CELL_RATIO                       ? parse_ratio(cell, &value)
                      : kind == CELL_MOMENT && strchr(cell, 'T') ? timestamp_parse(cell, &value)
                                                                 : parse_int64(cell, INT64_MIN, INT64_MAX, &value);
  if (!parsed || (kind == CELL_RATIO && value < 0)) {
    *why = wrong[kind];
    return false;
  }
  if (pb_put_int(arena, row, field, value)) return true;
  if (!arena->failed) *why = (struct why){"数值超出该列的范围。", "The number is out of this column's range."};
  return false;
}

static bool put_text(struct arena *arena, message *row, const message_field *field, const char *cell, struct why *why) {
  const struct field_rule *const rule = field_rule_find(field->name);
  const bool sealed = rule && rule->secrecy == FIELD_SEALED, sound = !sealed || !rule->text_ok || rule->text_ok(cell);
  if (sealed && !sound && cell_has_lost_digits(cell)) {
    *why = (struct why){"号码已被电子表格当作数字改写, 尾数已丢失: 请先把该列设为“文本”格式, 再按原件重新填写。",
                        "The spreadsheet took this for a number and lost its last digits: format the column as text and enter it again."};
    return false;
  }
  if (sealed && !sound && !strcmp(field->name, "id_number") && strlen(cell) == 17 && strspn(cell, "0123456789") == 17) {
    *why = (struct why){
        "只有17位, 末位X可能在按数字保存时丢失: 请先把该列设为“文本”格式, 再对照证件补全。",
        "Only 17 digits; a last X may have been lost when it was kept as a number: format the column as text and complete it from the card."};
    return false;
  }
  return pb_put_text(arena, row, field, cell);
}

static bool put_enum(struct arena *arena, message *row, const message_field *field, const char *cell, struct why *why) {
  if (pb_put_text(arena, row, field, value_of_label(field->descriptor, cell))) return true;
  if (!arena->failed)
    *why = (struct why){"不是约定的选项, 请用表头说明中的名称或代码。", "None of the choices; use a name or label of the contract."};
  return false;
}

static bool put_one(struct arena *arena, message *row, const message_field *field, const char *cell, struct why *why) {
  const enum cell_kind kind = kind_of(field);
  *why = full;
  switch (kind) {
    case CELL_TEXT: return put_text(arena, row, field, cell, why);
    case CELL_DATE: return put_date(arena, row, field, cell, why);
    case CELL_MONTH: return put_month(arena, row, field, cell, why);
    case CELL_BOOL: return put_bool(arena, row, field, cell, why);
    case CELL_ENUM: return put_enum(arena, row, field, cell, why);
    case CELL_BYTES: return put_bytes(arena, row, field, cell, why);
    case CELL_NONE:
      *why = (struct why){"该列是一组明细, 不能用一个单元格填写。", "This column is a record of its own; one cell cannot hold it."};
      return false;
    case CELL_NUMBER:
    case CELL_YUAN:
    case CELL_DAYS:
    case CELL_RATIO:
    case CELL_MOMENT: return put_number(arena, row, field, kind, cell, why);
  }
  return false;
}

/* Values of a repeated field stand in one cell, separated by 、 or a semicolon. */
static bool put_several(struct arena *arena, message *row, const message_field *field, const char *cell, struct why *why) {
  static const char *const separators[] = {"、", ";", "；"};
  while (*cell) {
    const char *end = cell + strlen(cell), *next = end;
    for (size_t i = 0; i < ARRAY_LENGTH(separators); i++) {
      const char *const found = strstr(cell, separators[i]);
      if (!found || found >= end) continue;
      end = found;
      next = found + strlen(separators[i]);
    }
    *why = full;
    const char *const one = arena_strndup(arena, cell, (size_t)(end - cell));
    const char *const text = one ? cell_clean(arena, one) : NULL;
    if (!text || (*text && !put_one(arena, row, field, text, why))) return false;
    cell = next;
  }
  return true;
}

bool table_put_cell(struct arena *arena, message *row, const message_field *field, const char *cell, const char **why_zh, const char **why_en) {
  struct why why = full;
  const char *const text = cell_clean(arena, cell);
  const bool blank = text && (!*text || (cell_is_blank(text) && field->type != PROTOBUF_C_TYPE_BOOL));
  bool put = blank;
  if (text && !blank && cell_is_residue(text))
    why = (struct why){"单元格里是公式或公式出错, 不是数值: 请复制后“选择性粘贴-数值”再导入。",
                       "A formula or its error instead of a value: copy, paste as values, and import again."};
  else if (text && !blank)
    put = pb_is_repeated(field) ? put_several(arena, row, field, text, &why) : put_one(arena, row, field, text, &why);
  if (put) return true;
  *why_zh = why.zh;
  *why_en = why.en;
  return false;
}

/* --- out ----------------------------------------------------------------------------------------------------------------------- */

/* Yuan without the commas: a spreadsheet must be able to add them up. */
static const char *plain_yuan(struct arena *arena, int64_t fen) {
  char with_commas[MONEY_TEXT_SIZE], plain[MONEY_TEXT_SIZE];
  size_t used = 0;
  for (const char *from = money_yuan(fen, with_commas); *from; from++)
    if (*from != ',') plain[used++] = *from;
  plain[used] = 0;
  return arena_strdup(arena, plain);
}

static const char *bytes_cell(struct arena *arena, ProtobufCBinaryData bytes) {
  char *const text = arena_alloc(arena, 2 * bytes.len + 1);
  return text ? hex_encode(bytes.data, bytes.len, text) : NULL;
}

static const char *present_cell(struct arena *arena, const message *row, const message_field *field, size_t i) {
  char text[MONEY_TEXT_SIZE + CLOCK_TIMESTAMP_SIZE];
  const int64_t number = pb_get_int(row, field, i);
  switch (kind_of(field)) {
    case CELL_TEXT:
    case CELL_DATE:
    case CELL_MONTH: return pb_get_text(row, field, i);
    case CELL_ENUM: return label_of_value(field->descriptor, pb_get_text(row, field, i));
    case CELL_BOOL: return number ? "是" : "否";
    case CELL_BYTES: return bytes_cell(arena, pb_get_bytes(row, field, i));
    case CELL_YUAN:
    case CELL_DAYS: return plain_yuan(arena, number);
    case CELL_RATIO: return arena_strdup(arena, ratio_text(number, text));
    case CELL_MOMENT: return arena_strdup(arena, timestamp_format(number, text));
    case CELL_NUMBER: return arena_printf(arena, "%" PRId64, number);
    case CELL_NONE: return "";
  }
  return "";
}

const char *table_get_cell(struct arena *arena, const message *row, const message_field *field, size_t i) {
  const char *const cell = i < pb_count(row, field) ? present_cell(arena, row, field, i) : "";
  return cell ? cell : "";
}
