/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* main.c: what banking can do: seeing money and moving it. */
#include "bank/schema.h"
#include "fcgi-apps/banking/banking.h"
#include "fcgi-apps/front.h"

static const struct route routes[] = {
	{GET, "/", home_show, 0},
	{GET, "/accounts", accounts_show, 0},
	{GET, "/accounts/{id}", account_show, 0},
	{GET, "/balance", balance_show, 0},
	{GET, "/limits", limits_show, 0},
	{GET, "/transactions", history_show, 0},
	{GET, "/transfer", transfer_form, 0},
	{GET, "/transfer/check", transfer_form, 0}, /* who comes back */
	{POST, "/transfer/check", transfer_check, READ},
	{GET, "/transfer/edit", transfer_form, 0},
	{POST, "/transfer/edit", transfer_edit, READ},
	{POST, "/transfer", transfer_post, MONEY},
	{GET, "/transfers", receipt_find, 0},
	{GET, "/transfers/{id}", receipt_show, 0},
	{GET, "/brand.css", brand_css, GUEST | OPEN},
	{GET, "/language", language_set, GUEST},
	{GET, "/demo/inbox", inbox_show, GUEST},
};

const struct app banking_app = {
	.name = "banking",
	APP_ROUTES(routes),
	.fault = schema_fault,
	.ask = front_ask,
	.frame = front_frame,
	.late = front_late,
};

#ifndef CLICKNET_TEST
int
main(int argc, char **argv)
{
	return app_main(&banking_app, argc, argv);
}
#endif
