/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* staff_report.c: how applications went, on a page, as a table for programs
 * and as a document. */
#include <string.h>

#include "bank/kyc_report.h"
#include "bank/review.h"
#include "fcgi-apps/front.h"
#include "fcgi-apps/kyc/staff.h"
#include "fcgi-apps/view.h"
#include "lib/clock.h"
#include "lib/csv.h"
#include "lib/form.h"
#include "lib/page.h"
#include "lib/pdf_page.h"
#include "lib/settings.h"

struct time_span {
	int32_t from, to;
	const char *format;
};

static const struct field span_fields[] = {
	FORM_DATE_OR_NONE(struct time_span, from),
	FORM_DATE_OR_NONE(struct time_span, to),
	FORM_CHOICE(struct time_span, format, "|csv|pdf"),
};

/* This month, if nothing else is asked for. */
static enum err
span_read(struct req *rq, struct time_span *s)
{
	int y, m, d, weekday;
	enum err e;

	s->to = clock_day(clock_now());
	clock_split(s->to, &y, &m, &d, &weekday);
	s->from = clock_join(y, m, 1);
	e = form_read(rq, span_fields, FORM_COUNT(span_fields), s);
	if (e == OK && s->from > s->to)
		return req_note(rq, "to", "This day lies before the first.");
	return e;
}

static void
counts_add(json_object *v, const char *list, const struct kyc_count *c)
{
	json_object *array = json_object_new_array(), *o;

	for (; c != NULL; c = c->next) {
		o = json_object_new_object();
		view_text(o, "name", c->name);
		view_int(o, "count", c->count);
		json_object_array_add(array, o);
	}
	json_object_object_add(v, list, array);
}

/* For pages: each state by its word, each reason by its sentence. */
static void
words_add(struct req *rq, json_object *v)
{
	json_object *list, *o, *name;
	const struct review_reason *r;
	size_t i;

	json_object_object_get_ex(v, "states", &list);
	for (i = 0; i < json_object_array_length(list); i++) {
		o = json_object_array_get_idx(list, i);
		json_object_object_get_ex(o, "name", &name);
		view_flag(o, pool_printf(rq->pool, "is_%s",
					 json_object_get_string(name)));
	}
	view_bool(v, "states_any", json_object_array_length(list) > 0);
	json_object_object_get_ex(v, "deciders", &list);
	view_bool(v, "deciders_any", json_object_array_length(list) > 0);
	json_object_object_get_ex(v, "reasons", &list);
	view_bool(v, "reasons_any", json_object_array_length(list) > 0);
	for (i = 0; i < json_object_array_length(list); i++) {
		o = json_object_array_get_idx(list, i);
		json_object_object_get_ex(o, "name", &name);
		r = review_reason(json_object_get_string(name));
		view_text(o, "sentence",
			  page_words(rq->who.language,
				     r != NULL ? r->sentence : ""));
	}
}

static void
deciders_add(json_object *v, const struct kyc_decider *d)
{
	json_object *array = json_object_new_array(), *o;

	for (; d != NULL; d = d->next) {
		o = json_object_new_object();
		view_text(o, "user_id", d->user_id);
		view_int(o, "proposed", d->made);
		view_int(o, "checked", d->checked);
		json_object_array_add(array, o);
	}
	json_object_object_add(v, "deciders", array);
}

static void
report_view(json_object *v, const struct kyc_report *r)
{
	json_object *hits = json_object_new_object();

	view_day(v, "from", r->from);
	view_day(v, "to", r->to);
	view_int(v, "begun", r->begun);
	view_int(v, "decided", r->decided);
	view_int(v, "decided_by_rule", r->by_rule);
	view_int(v, "existing_customers", r->existing);
	view_int(v, "median_minutes", r->median_ms / CLOCK_MINUTE);
	view_int(v, "longest_minutes", r->longest_ms / CLOCK_MINUTE);
	counts_add(v, "states", r->states);
	counts_add(v, "reasons", r->reasons);
	counts_add(v, "products", r->products);
	view_int(hits, "open", r->hits_open);
	view_int(hits, "cleared", r->hits_cleared);
	view_int(hits, "confirmed", r->hits_confirmed);
	json_object_object_add(v, "screening", hits);
	deciders_add(v, r->deciders);
}

/* A name for the file: "kyc-2026-11-01-2026-11-26". */
static const char *
report_name(struct req *rq, const struct time_span *s)
{
	char from[CLOCK_DATE], to[CLOCK_DATE];

	return pool_printf(rq->pool, "kyc-%s-%s", clock_date(from, s->from),
			   clock_date(to, s->to));
}

static const char *const columns[] = {
	"reference", "product", "branch", "state", "begun_at", "sent_at",
	"decided_at", "minutes_to_decide", "identity", "provider", "reason",
	"existing_customer", "screening_hits", "screening_confirmed",
	"proposed_by", "checked_by"};
enum { COLUMNS = sizeof columns / sizeof *columns };

static void
line_put(struct buf *b, const char *const cells[COLUMNS])
{
	int i;

	for (i = 0; i < COLUMNS; i++) {
		if (i > 0)
			buf_putc(b, ',');
		csv_put(b, cells[i]);
	}
	buf_puts(b, "\r\n");
}

static const char *
instant(struct pool *pool, int64_t at)
{
	char text[CLOCK_RFC3339];

	return at != 0 ? pool_strdup(pool, clock_rfc3339(text, at)) : "";
}

static const char *
number(struct pool *pool, int64_t n)
{
	return pool_printf(pool, "%lld", (long long)n);
}

static void
row_put(void *arg, const struct kyc_row *r)
{
	struct buf *b = arg;
	struct pool *p = b->pool;
	const char *cells[COLUMNS] = {
		r->reference, r->product, r->branch, r->state,
		instant(p, r->begun_at), instant(p, r->sent_at),
		instant(p, r->decided_at),
		r->decided_at != 0
			? number(p, (r->decided_at - r->sent_at) / CLOCK_MINUTE)
			: "",
		r->identity, r->provider, r->reason,
		r->existing ? "yes" : "no", number(p, r->hits),
		number(p, r->hits_confirmed), r->maker, r->checker};

	line_put(b, cells);
}

static enum err
report_csv(struct req *rq, struct resp *rs, const struct time_span *s)
{
	struct buf *b = pool_alloc(rq->pool, sizeof *b);
	enum err e;

	*b = (struct buf){.pool = rq->pool};
	line_put(b, columns);
	e = kyc_report_rows(rq->db, s->from, s->to, row_put, b);
	rs->type = "text/csv; charset=utf-8";
	rs->body = b->data;
	rs->body_len = b->len;
	staff_download(rq, rs, report_name(rq, s), "csv");
	return e;
}

static enum err
report_pdf(struct req *rq, struct resp *rs, const struct time_span *s,
	   json_object *v)
{
	struct pdf_page page = {.template = "report", .view = v,
				.language = rq->who.language,
				.font = settings()->PDF_FONT,
				.made_at = clock_now()};

	view_text(v, "bank", settings()->BANK_NAME);
	view_text(v, "printed_by", rq->who.name);
	view_time(v, "printed_at", clock_now());
	page.title = pool_printf(rq->pool, "%s · KYC", settings()->BANK_NAME);
	return staff_pdf(rq, rs, &page, report_name(rq, s));
}

enum err
staff_report(struct req *rq, struct resp *rs)
{
	json_object *v = view_new(rq);
	struct time_span s = {.format = ""};
	struct kyc_report r = {.from = 0};
	enum err e;

	if ((e = front_staff(rq, FRONT_REVIEWERS)) != OK ||
	    (e = span_read(rq, &s)) != OK)
		return e;
	if (strcmp(s.format, "csv") == 0)
		return report_csv(rq, rs, &s);
	r.from = s.from;
	r.to = s.to;
	if ((e = kyc_report(rq->db, rq->pool, &r)) != OK)
		return e;
	report_view(v, &r);
	if (!rq->wants_json || *s.format != '\0')
		words_add(rq, v);
	return *s.format != '\0' ? report_pdf(rq, rs, &s, v)
				 : resp_page(rs, "staff-report", v);
}
