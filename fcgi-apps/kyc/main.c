/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* main.c: what kyc can do: showing what the bank offers and where, and leading
 * a stranger from there to an account, a step at a time. */
#include "bank/schema.h"
#include "fcgi-apps/front.h"
#include "fcgi-apps/kyc/kyc.h"
#include "fcgi-apps/kyc/staff.h"

static const struct route routes[] = {
	{GET, "/apply", apply_show, 0},
	{GET, "/apply/product", product_form, GUEST},
	{GET, "/apply/branch", branch_form, GUEST},
	{POST, "/apply/branch", branch_post, 0},
	{GET, "/apply/contact", contact_form, GUEST},
	{POST, "/apply/contact", contact_post, 0},
	{GET, "/apply/mobile", mobile_form, 0},
	{GET, "/apply/email", email_form, 0},
	{GET, "/apply/details", details_form, 0},
	{GET, "/apply/documents", documents_form, 0},
	{GET, "/apply/identity", identity_form, 0},
	{GET, "/apply/identity/back", didit_back_show, GUEST},
	{GET, "/apply/review", review_form, 0},
	{GET, "/apply/sent", sent_show, 0},
	{GET, "/apply/resume", resume_form, GUEST},
	{POST, "/apply/resume", resume_post, GUEST},
	{POST, "/apply/link", link_post, GUEST},
	{POST, "/apply/leave", leave_post, 0},
	{GET, "/kyc-session", kyc_session_show, 0},
	{POST, "/kyc-session", kyc_session_post, GUEST},
	{PUT, "/kyc-session", kyc_session_put, 0},
	{POST, "/kyc-session/send-otp", code_send, 0},
	{POST, "/kyc-session/verify", code_verify, 0},
	{PUT, "/kyc-session/details", details_post, 0},
	{POST, "/kyc-session/details", details_post, 0},
	{GET, "/kyc-session/documents", documents_show, 0},
	{POST, "/kyc-session/documents", documents_post, UPLOAD},
	{GET, "/kyc-session/documents/{id}", document_show, 0},
	{DELETE, "/kyc-session/documents/{id}", upload_delete, 0},
	{POST, "/kyc-session/submit", submit_post, 0},
	{GET, "/products", products_show, GUEST},
	{GET, "/products/{code}", product_show, GUEST},
	{GET, "/branches", branches_show, GUEST},
	{POST, "/verify-identity", identity_post, 0},
	{GET, "/apply/user", apply_user_form, 0},
	{POST, "/apply/user", apply_user_post, 0},
	{POST, "/kyc-session/user", apply_user_post, 0},
	{GET, "/staff/applications", staff_applications, 0},
	{GET, "/staff/reports/kyc", staff_report, 0},
	{GET, "/staff/applications/{id}", staff_application, 0},
	{GET, "/staff/applications/{id}/file.pdf", staff_application_pdf, 0},
	{GET, "/staff/applications/{id}/documents/{document}",
	 staff_document, 0},
	{POST, "/staff/applications/{id}/decision", staff_decision, 0},
	{POST, "/staff/applications/{id}/screening/{hit}", staff_screening,
	 0},
	{POST, "/didit-webhook", didit_webhook, GUEST | RAW},
};

const struct app kyc_app = {
	.name = "kyc",
	APP_ROUTES(routes),
	.fault = schema_fault,
	.ask = kyc_ask,
	.door = kyc_door,
	.frame = kyc_frame,
	.late = kyc_late,
};

#ifndef CLICKNET_TEST
int
main(int argc, char **argv)
{
	return app_main(&kyc_app, argc, argv);
}
#endif
