/* workbook.c - see workbook.h. */
#include "services/cli/workbook.h"

lxw_format *workbook_format(lxw_workbook *workbook, uint8_t align, bool border, bool bold, double size, const char *number) {
  lxw_format *format = workbook_add_format(workbook);
  format_set_font_name(format, "宋体");
  format_set_font_size(format, size);
  format_set_align(format, align);
  format_set_align(format, LXW_ALIGN_VERTICAL_CENTER);
  if (border) format_set_border(format, LXW_BORDER_THIN);
  if (bold) format_set_bold(format);
  if (number) format_set_num_format(format, number);
  return format;
}
