/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* kyc_pdf.c: kyc_pdf file|report: a document about applications as the bank
 * makes it, on standard output, for t/pdf.t. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bank/document.h"
#include "lib/clock.h"
#include "t/lib/paint.h"
#include "t/lib/staff.h"

extern const struct app kyc_app;

static void
picture(struct bank *b, const struct application *a, const char *kind)
{
	struct painted file = paint_jpeg(b->pool, (struct paint){
		.width = 640, .height = 400});
	struct document d = {.application = a->id, .kind = kind, .side = "",
			     .source = "didit"};
	const char *complaint;

	if (strcmp(kind, "passport") == 0)
		d.side = "front";
	document_add(b->db, b->pool, &d, file.data, file.len, &actor_system,
		     &complaint);
}

static const char *
wanted(struct bank *b, const struct application *a, const char *what)
{
	char id[SECRET_ID_TEXT];

	if (strcmp(what, "report") == 0)
		return "GET /staff/reports/kyc?format=pdf";
	return pool_printf(b->pool, "GET /staff/applications/%s/file.pdf",
			   secret_id_text(id, a->public_id));
}

int
main(int argc, char **argv)
{
	struct application a;
	const char *answer;
	struct bank b;
	size_t len;

	bank_open(&b);
	staff_bank(&b);
	a = staff_sent(&b, 1);
	picture(&b, &a, "passport");
	picture(&b, &a, "selfie");
	staff_hit(&b, &a, 91);
	clock_freeze(clock_now() + 90 * CLOCK_MINUTE);
	staff_says(&b, &staff_sam, &a, "decline", "documents",
		   "Two lines\n# no heading\tno cell");
	staff_says(&b, &staff_tia, &a, "agree", NULL, NULL);
	answer = bank_ask_json(&b, &kyc_app,
			       wanted(&b, &a, argc > 1 ? argv[1] : ""),
			       bank_token(&b, "sam"), NULL, NULL);
	len = strtoul(answer_header(&b, answer, "Content-Length"), NULL, 10);
	fwrite(answer_body(answer), 1, len, stdout);
	bank_close(&b);
	return 0;
}
