/* handlers.h - what the rows of methods.def name beside SQL, and the work beside calls. */
#ifndef WORKRELIEF_GATEWAY_HANDLERS_H
#define WORKRELIEF_GATEWAY_HANDLERS_H

#include "common/daemon/service.h"

/* figures.c: a unit's projects and people of a quarter, asked of the four services. */
gather_function gather_figures;
gather_function gather_zero;
gather_function gather_unit_counts;
gather_function gather_all_counts;
/* report.c: a stored report's lines with their digest; what a parent gets. */
gather_function gather_checked;
gather_function gather_parts;
check_function check_report;
/* upper.c: under which unit this node's level reports. */
gather_function gather_upper_unit;
/* report_diff.c: what a revision says otherwise than the one it stands in for. */
gather_function gather_report_diff;
finish_function finish_report_diff;
/* total_order.c: the rows of a consolidation in the order of the policy. */
finish_function finish_consolidated;
/* figure_rows.c: where the ledger rows beneath a line are read. */
finish_function finish_figure_rows;
/* decision.c: what the office decides, signed. */
gather_function gather_accepted;
gather_function gather_returned;
/* circular.c: the text of a circular, frozen when it is issued; of a draft as it would read. */
gather_function gather_circular;
finish_function finish_circular;
/* year.c: 年度专题报告; the year's plan, list and evaluation. */
gather_function gather_year_report;
gather_function gather_year_issue;
finish_function finish_year_report;
gather_function gather_year_dataset;
finish_function finish_year_dataset;
/* clock.c: what locks a report, and who can open it. */
finish_function finish_report_clock;
/* delivery.c: what a child has signed. */
gather_function gather_delivery;
check_function check_delivery;

/* draw.c, draw_check.c: rows drawn from beneath a report, and the answer that comes. */
gather_function gather_draw;
gather_function gather_draw_answer;
finish_function finish_draw_answer;

/* retention.c: when the project of kept ledger rows was over. */
gather_function gather_completion;
/* enrolment.c: what a node that wants to become a child has signed. */
gather_function gather_enrolment;
/* downstream.c: what a child may hear of this node, signed. */
gather_function gather_down_pages;
/* anchor.c: the heads of a child's journals, verified and countersigned. */
gather_function gather_anchor;
/* answer.c: a parent's answer that came as a file. */
gather_function gather_answer;

/* uplink.c: sends what waits for the parent until its receipt is here, and takes over its decisions and its calendar. */
void uplink_run(struct runtime *runtime);
/* anchoring.c: has the heads of this node's journals countersigned by the parent. */
void anchor_run(struct runtime *runtime);
/* calendar.c: opens and closes quarters by the clock, where setting calendar is 1. */
void calendar_run(struct runtime *runtime);
/* draw_answer.c: answers what is drawn from this node's own reports, and notes what nobody answered. */
void draws_run(struct runtime *runtime);
/* retention.c: ledger rows whose time is over fall away. */
void retention_run(struct runtime *runtime);
/* http.c: the report page, /metrics, /health. */
void http_run(struct runtime *runtime);

#endif
