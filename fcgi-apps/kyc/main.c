/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* main.c: what kyc can do: showing what the bank offers, and where. */
#include "fcgi-apps/front.h"
#include "fcgi-apps/kyc/kyc.h"

static const struct route routes[] = {
	{GET, "/products", products_show, GUEST},
	{GET, "/products/{code}", product_show, GUEST},
	{GET, "/branches", branches_show, GUEST},
	{GET, "/apply/user", apply_user_form, 0},
	{POST, "/apply/user", apply_user_post, 0},
	{POST, "/kyc-session/user", apply_user_post, 0},
};

const struct app kyc_app = {
	.name = "kyc",
	APP_ROUTES(routes),
	.ask = kyc_ask,
	.door = kyc_door,
	.frame = kyc_frame,
	.late = front_late,
};

#ifndef CLICKNET_TEST
int
main(int argc, char **argv)
{
	return app_main(&kyc_app, argc, argv);
}
#endif
