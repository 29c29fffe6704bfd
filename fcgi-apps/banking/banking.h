/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* banking.h: the pages of this program, by file. */
#ifndef CLICKNET_BANKING_H
#define CLICKNET_BANKING_H

#include "bank/account.h"
#include "lib/app.h"

/* home.c */
handler home_show;
/* accounts.c */
handler accounts_show, account_show, balance_show, limits_show;
/* history.c */
handler history_show;
/* transfer.c */
handler transfer_form, transfer_check, transfer_edit, transfer_post;
/* receipt.c */
handler receipt_show, receipt_find;
/* house.c */
handler brand_css, language_set, inbox_show;

/* chart.c: the balance of one or more accounts over the last ${days} days as
 * an SVG path and a table: adds "chart" to ${view}. Accounts of the first
 * one's currency, loans left out, are summed. Nothing is added if there is
 * nothing to draw. */
enum err chart_add(struct req *, json_object *view, const struct account *list,
		   int days);

/* latest.c: the latest ${count} movements of all the accounts together, by
 * day: adds "days" to ${view}. */
enum err latest_add(struct req *, json_object *view,
		    const struct account *list, int count);

#endif
