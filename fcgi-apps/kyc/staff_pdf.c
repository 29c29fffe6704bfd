/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* staff_pdf.c: what staff see as a document to keep: the whole file of an
 * application, with the photo page, for the auditor. */
#include <string.h>

#include "bank/document.h"
#include "bank/review.h"
#include "fcgi-apps/front.h"
#include "fcgi-apps/kyc/staff.h"
#include "fcgi-apps/view.h"
#include "lib/clock.h"
#include "lib/pdf_page.h"
#include "lib/settings.h"
#include "lib/turn.h"

enum { RECORD_ROWS = 10000 };

enum err
staff_pdf(struct req *rq, struct resp *rs, const struct pdf_page *page,
	  const char *name)
{
	enum err e = pdf_page(rq->pool, page, &rs->body, &rs->body_len);

	if (e != OK)
		return e;
	rs->type = "application/pdf";
	staff_download(rq, rs, name, "pdf");
	return OK;
}

void
staff_download(struct req *rq, struct resp *rs, const char *name,
	       const char *ending)
{
	resp_header(rq, rs, "Content-Disposition",
		    pool_printf(rq->pool, "attachment; filename=\"%s.%s\"",
				name, ending));
}

struct pictures {
	struct req *rq;
	int64_t application;
};

static enum err
picture_of(void *arg, const char *name, const void **jpeg, size_t *len)
{
	const struct pictures *p = arg;
	uint8_t id[SECRET_ID];

	if (!secret_id_parse(id, name))
		return ERR_MISSING;
	return document_data(p->rq->db, p->rq->pool, p->application, id, jpeg,
			     len);
}

/* What the pages of the bank say beside a view, for one that is none. */
static void
frame(struct req *rq, json_object *v)
{
	view_text(v, "bank", settings()->BANK_NAME);
	view_text(v, "printed_by", rq->who.name);
	view_time(v, "printed_at", clock_now());
}

enum err
staff_application_pdf(struct req *rq, struct resp *rs)
{
	json_object *v = view_new(rq);
	struct application a;
	struct pictures p = {.rq = rq};
	struct pdf_page page = {.template = "application", .view = v,
				.language = rq->who.language,
				.font = settings()->PDF_FONT,
				.made_at = clock_now(),
				.picture = picture_of, .arg = &p};
	enum err e;

	if ((e = staff_application_of(rq, &a)) != OK ||
	    (e = review_seen(rq->db, &a, front_actor(rq), "whole file")) != OK)
		return e;
	rq->wants_json = false; /* a page's words are needed */
	if ((e = staff_add_all(rq, v, &a, RECORD_ROWS)) != OK)
		return e;
	db_rest(rq->db);
	if ((e = turn_take(rq->pool)) != OK) /* all its pictures at once */
		return e;
	frame(rq, v);
	p.application = a.id;
	page.title = pool_printf(rq->pool, "%s · %s", settings()->BANK_NAME,
				 a.reference);
	return staff_pdf(rq, rs, &page,
			 pool_printf(rq->pool, "application-%s", a.reference));
}
