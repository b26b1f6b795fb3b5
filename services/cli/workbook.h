/* workbook.h - what all workbooks of the house look like. */
#ifndef WORKRELIEF_CLI_WORKBOOK_H
#define WORKRELIEF_CLI_WORKBOOK_H

#include <stdbool.h>
#include <stdint.h>
#include <xlsxwriter.h>

/* A cell's format in the offices' face: size in points; number NULL = as it comes. The workbook owns it. */
lxw_format *workbook_format(lxw_workbook *workbook, uint8_t align, bool border, bool bold, double size, const char *number);

#endif
