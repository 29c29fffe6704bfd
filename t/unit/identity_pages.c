/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* identity_pages.c: a document shown to the desk, as a browser and a program
 * see it. */
#include <stdlib.h>
#include <string.h>

#include "bank/identity.h"
#include "fcgi-apps/kyc/kyc.h"
#include "t/lib/apply.h"
#include "t/lib/document.h"
#include "t/lib/visit.h"
#include "t/tap.h"

extern const struct app kyc_app;

/* A browser in which an application is open. */
struct person {
	struct bank *bank;
	struct application a;
	const char *token, *csrf, *language;
};

static const char *
cookie(struct person *p)
{
	return pool_printf(p->bank->pool, "HTTP_COOKIE=clicknet-kyc=%s; "
			   "lang=%s", p->token,
			   p->language != NULL ? p->language : "en");
}

static const char *
look(struct person *p, const char *path)
{
	static const char field[] = "name=\"csrf\" value=\"";
	struct pool *pool = p->bank->pool;
	const char *a = bank_ask(p->bank, &kyc_app,
				 pool_printf(pool, "GET %s", path), NULL,
				 "HTTP_ACCEPT=text/html", cookie(p), NULL);
	const char *at = strstr(a, field);

	if (at != NULL)
		p->csrf = pool_strndup(pool, at + strlen(field),
				       strcspn(at + strlen(field), "\""));
	return a;
}

static const char *
show(struct person *p, const char *kind, const char *mrz, const char *more)
{
	struct pool *pool = p->bank->pool;

	return bank_ask(p->bank, &kyc_app, "POST /verify-identity",
			pool_printf(pool, "csrf=%s&document_kind=%s&mrz=%s%s",
				    p->csrf != NULL ? p->csrf : "", kind,
				    http_escape(pool, mrz), more),
			"HTTP_ACCEPT=text/html",
			"HTTP_SEC_FETCH_SITE=same-origin", cookie(p), NULL);
}

static void
leads(struct person *p, const char *answer, const char *where,
      const char *what)
{
	is_int(answer_status(answer), 303, "%s", what);
	is_text(answer_header(p->bank, answer, "Location"), where,
		"to %s", where);
}

static struct person
known(struct bank *b)
{
	struct person p = {.bank = b, .a = apply_begin(b)};

	apply_do(b, apply_mobile, &p.a);
	apply_do(b, apply_email, &p.a);
	p.token = apply_session(b, &p.a);
	return p;
}

/* Everything before the identity is done, and its page is open. */
static struct person
ready(struct bank *b)
{
	struct person p = known(b);

	apply_do(b, apply_details, &p.a);
	document_sent(b, p.a.id, "passport");
	apply_do(b, apply_documents, &p.a);
	look(&p, "/apply/identity");
	return p;
}

static const char *
nora(struct bank *b, const char *expiry)
{
	struct document_lines d = document_nora();

	d.expiry = expiry;
	return document_lines(b->pool, &d);
}

static void
test_early(struct bank *b)
{
	struct person p = known(b);

	leads(&p, look(&p, "/apply/identity"), "/apply/details",
	      "before there is something to compare, the page leads");
	look(&p, "/apply/details");
	leads(&p, show(&p, "passport", nora(b, "301231"), ""),
	      "/apply/details", "and so does its form");
	is_int(answer_status(bank_ask_json(b, &kyc_app,
					   "POST /verify-identity", p.token,
					   "{\"document_kind\":\"passport\"}",
					   NULL)), 409,
	       "a program is told");
	is_int(answer_status(bank_ask_json(b, &kyc_app,
					   "POST /verify-identity", NULL,
					   "{}", NULL)), 401,
	       "nobody has no identity to be looked at");
}

static void
test_passed(struct bank *b)
{
	struct person p = ready(b);
	const char *page = look(&p, "/apply/identity");

	ok(answer_status(page) == 200 && visit_has(page, "<textarea") &&
		   visit_has(page, "Which document is it?") &&
		   visit_has(page, "<svg") && !visit_has(page, "{{"),
	   "a document is asked for, with a picture of where its lines are");
	ok(visit_has(page, "value=\"passport\" required checked") &&
		   visit_has(page, "<img class=\"shot\" src=\"/kyc-session/"),
	   "the one that was photographed, and the photo to type from");
	leads(&p, show(&p, "passport", nora(b, "301231"), ""),
	      "/apply/review", "the right one leads on");
	page = look(&p, "/apply/identity");
	ok(visit_has(page, "We know who you are") &&
		   visit_has(page, "Show another document") &&
		   visit_has(page, "value=\"passport\" required checked"),
	   "and the page says so");
	p.language = "de";
	page = look(&p, "/apply/identity");
	ok(visit_has(page, "Wir wissen, wer Sie sind"), "in German as well");
}

static void
test_wrong(struct bank *b)
{
	struct person p = ready(b);
	char *typed = pool_strdup(b->pool, nora(b, "301231"));
	const char *page;

	page = show(&p, "", "", "");
	ok(answer_status(page) == 422 &&
		   visit_has(page, "id=\"document_kind-why\"") &&
		   visit_has(page, "say that you cannot read them") &&
		   visit_has(page, "href=\"#mrz\""),
	   "an empty form says all that is missing");
	typed[46] = 'Y';
	page = show(&p, "passport", typed, "");
	ok(answer_status(page) == 422 &&
		   visit_has(page, "compare them letter by letter") &&
		   visit_has(page, "CY1X00T47") &&
		   visit_has(page, "value=\"passport\" required checked"),
	   "lines typed wrong are told where, and stay in the form");
	page = show(&p, "library_card", nora(b, "301231"), "");
	is_int(answer_status(page), 422, "a library card is no document");
	page = show(&p, "id_card", "<script>alert(1)</script>", "");
	ok(answer_status(page) == 422 && !visit_has(page, "<script>alert"),
	   "no script comes back");
	p.csrf = "nonsense";
	is_int(answer_status(show(&p, "passport", typed, "")), 403,
	       "another's form is none");
}

static void
test_failed(struct bank *b)
{
	struct person p = ready(b);
	struct document_lines d = document_nora();
	const char *page;

	leads(&p, show(&p, "passport", nora(b, "200101"), ""),
	      "/apply/identity", "an expired one leads back");
	page = look(&p, "/apply/identity");
	ok(visit_has(page, "We cannot take this document") &&
		   visit_has(page, "It has expired") &&
		   !visit_has(page, "too young"),
	   "and why is said");
	d.family = "OKOYE";
	d.given = "BEN";
	d.birth = "150101";
	show(&p, "passport", document_lines(b->pool, &d), "");
	page = look(&p, "/apply/identity");
	ok(visit_has(page, "too young") &&
		   visit_has(page, "another name and another birth date"),
	   "all of it");
	page = show(&p, "id_card", "typed in haste", "");
	ok(answer_status(page) == 422 &&
		   visit_has(page, "value=\"id_card\" checked") &&
		   !visit_has(page, "value=\"passport\" required checked"),
	   "what is chosen now counts, not what was then");
	leads(&p, show(&p, "passport", nora(b, "301231"), ""),
	      "/apply/review", "another one can be shown");
}

static void
test_unread(struct bank *b)
{
	struct person p = ready(b);
	const char *page;

	leads(&p, show(&p, "id_card", "half of", "&unread=true"),
	      "/apply/review", "who cannot read the lines goes on as well");
	page = look(&p, "/apply/identity");
	ok(visit_has(page, "We look at your document") &&
		   visit_has(page, "value=\"id_card\" checked"),
	   "and is told that people look");
	application_get(b->db, b->pool, p.a.id, &p.a);
	apply_do(b, apply_send, &p.a);
	application_get(b->db, b->pool, p.a.id, &p.a);
	is_text(p.a.state, "sent", "it is sent");
	leads(&p, look(&p, "/apply/identity"), "/apply/sent",
	      "then nothing more is asked");
}

static const char *
ask(struct person *p, const char *body)
{
	return bank_ask_json(p->bank, &kyc_app, "POST /verify-identity",
			     p->token, body, NULL);
}

static void
test_program(struct bank *b)
{
	struct person p = ready(b);
	const char *a;
	char *lines = pool_strdup(b->pool, nora(b, "301231"));

	*strchr(lines, '\n') = ' '; /* in one line of 88 */
	a = ask(&p, pool_printf(b->pool, "{\"document_kind\":\"passport\","
				"\"mrz\":\"%s\"}", lines));
	ok(answer_status(a) == 202 && visit_has(a, "\"provider\":\"desk\"") &&
		   visit_has(a, "\"status\":\"passed\"") &&
		   visit_has(a, "\"name\":\"expiry\",\"result\":\"passed\"") &&
		   !visit_has(a, "valid until") && !visit_has(a, "_passed\""),
	   "a program is told what came of it, and no more");
	is_text(answer_header(b, a, "Location"), "/apply/review",
		"and what comes next");
	a = ask(&p, "{\"document_kind\":\"passport\",\"mrz\":\"P<D<<\"}");
	ok(answer_status(a) == 422 && visit_has(a, "\"mrz\""),
	   "or which field is wrong");
	a = ask(&p, "{\"document_kind\":\"passport\",\"mrz\":5}");
	is_int(answer_status(a), 422, "a number is no text");
	a = ask(&p, "{}");
	ok(answer_status(a) == 422 && visit_has(a, "document_kind"),
	   "a document is named");
	a = ask(&p, "{\"document_kind\":\"id_card\"}");
	ok(answer_status(a) == 202 && visit_has(a, "\"status\":\"review\"") &&
		   visit_has(a, "\"findings\":[]"),
	   "without lines people look");
	a = bank_ask_json(b, &kyc_app, "GET /apply/identity", p.token, NULL,
			  NULL);
	ok(answer_status(a) == 200 && visit_has(a, "\"status\":\"review\""),
	   "which can be asked for");
}

/* A look is of the asking session's application, whatever a form names. */
static void
test_others(struct bank *b)
{
	struct person mine = ready(b), theirs = ready(b);
	struct identity_check *c;

	show(&mine, "passport", nora(b, "301231"),
	     pool_printf(b->pool, "&application=%lld&kyc_session_id=x",
			 (long long)theirs.a.id));
	application_get(b->db, b->pool, theirs.a.id, &theirs.a);
	is_text(theirs.a.identity, "none", "nobody vouches for another");
	identity_checks(b->db, b->pool, mine.a.id, &c);
	ok(c != NULL && c->next == NULL, "a look is the asking one's own");
	db_rest(b->db);
	bank_tamper(b, "UPDATE identity_check SET evidence = x'0011'");
	is_int(answer_status(look(&mine, "/apply/identity")), 500,
	       "what was tampered with is not shown");
}

int
main(void)
{
	struct bank b;

	bank_open(&b);
	apply_bank(&b);
	test_early(&b);
	test_passed(&b);
	test_wrong(&b);
	test_failed(&b);
	test_unread(&b);
	test_program(&b);
	test_others(&b);
	bank_close(&b);
	return tap_done();
}
