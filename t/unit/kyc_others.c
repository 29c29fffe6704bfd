/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* kyc_others.c: another's application, documents, links and sessions are not
 * there, whoever asks and whatever is tried, on every route of kyc. */
#include <string.h>

#include "bank/document.h"
#include "bank/message.h"
#include "t/lib/paint.h"
#include "t/lib/staff.h"
#include "t/lib/visit.h"
#include "t/tap.h"

extern const struct app kyc_app;

/* Everything of Nora's that has a name, and what tells her. */
static struct {
	struct application a;
	const char *application, *document, *hit;
	const char *session, *link;
	const char *words[8]; /* in no answer to anybody else */
} hers;

static const char *
id_text(struct bank *b, const uint8_t *id)
{
	return secret_id_text(pool_alloc(b->pool, SECRET_ID_TEXT), id);
}

static const char *
picture(struct bank *b, const struct application *a)
{
	struct painted file = paint_jpeg(b->pool, (struct paint){
		.width = 32, .height = 20});
	struct document d = {.application = a->id, .kind = "passport",
			     .side = "", .source = "didit"};
	const char *complaint;

	is_int(document_add(b->db, b->pool, &d, file.data, file.len,
			    &actor_system, &complaint), OK, "a picture");
	return id_text(b, d.id);
}

static void
fill_hers(struct bank *b)
{
	hers.a = staff_sent(b, 7701);
	hers.application = id_text(b, hers.a.public_id);
	hers.document = picture(b, &hers.a);
	hers.hit = id_text(b, staff_hit(b, &hers.a, 81));
	hers.session = apply_session(b, &hers.a);
	hers.link = apply_link(b, &hers.a);
	hers.words[0] = hers.a.reference;
	hers.words[1] = "Nora Neu 7701";
	hers.words[2] = "nora7701";
	hers.words[3] = "+4915100007701";
	hers.words[4] = "9000007701";
	hers.words[5] = "Nora Neuh";
}

/* What stands of hers: whoever changes it is seen. */
static int64_t
state_of(struct bank *b)
{
	struct stmt *q = db_sql(b->db,
		"SELECT a.changed_at % 1000000 + length(a.details) * 7 + "
		"length(a.name) + (SELECT seq FROM audit_head WHERE "
		"subject = -a.id) * 1000000 + (SELECT count(*) FROM document "
		"WHERE application = a.id) * 31 + (SELECT count(*) FROM "
		"application_session WHERE application = a.id) * 101 + "
		"(SELECT count(*) FROM screening_hit WHERE application = a.id "
		"AND state = 'open') * 1009 AS n FROM application a "
		"WHERE a.id = :id");

	db_put_int(q, "id", hers.a.id);
	return bank_count_of(b, q);
}

/* How many letters to her wait for the courier, who takes them. */
static int
letters(struct bank *b)
{
	struct message m;
	const char *next;
	int n = 0;

	while (message_take(b->db, b->pool, 1000, &m) == OK) {
		n += strcmp(m.recipient, hers.a.email) == 0;
		message_sent(b->db, &m, "", &next);
	}
	return n;
}

static bool
tells(const char *answer)
{
	int i;

	for (i = 0; hers.words[i] != NULL; i++)
		if (strstr(answer, hers.words[i]) != NULL)
			return true;
	return false;
}

/* The route with names in the place of its parts, the first and the others. */
static const char *
path_of(struct bank *b, const struct route *r, const char *first,
	const char *second)
{
	struct buf out = {.pool = b->pool};
	const char *at = r->path;
	int n = 0;

	buf_puts(&out, "");
	while (*at != '\0') {
		if (*at != '{') {
			buf_putc(&out, *at++);
			continue;
		}
		buf_puts(&out, n++ == 0 ? first : second);
		at += strcspn(at, "}") + 1;
	}
	buf_printf(&out, "?id=%s&application_id=%s&kyc_session_id=%s"
			 "&document=%s&reference=%s", hers.application,
		   hers.application, hers.application, hers.document,
		   hers.a.reference);
	return out.data;
}

/* All that might name hers; her address and her link are her own way in. */
static const char *
body_of(struct bank *b)
{
	return pool_printf(b->pool,
		"{\"id\":\"%s\",\"application_id\":\"%s\","
		"\"kyc_session_id\":\"%s\",\"application\":\"%s\","
		"\"document_id\":\"%s\",\"hit_id\":\"%s\","
		"\"reference\":\"%s\",\"verdict\":\"clear\","
		"\"note\":\"x\",\"code\":\"000000\",\"channel\":\"email\","
		"\"token\":\"%s\"}",
		hers.application, hers.application, hers.application,
		hers.application, hers.document, hers.hit, hers.a.reference,
		hers.application);
}

static const char *const methods[] = {
	[GET] = "GET", [POST] = "POST", [PUT] = "PUT", [DELETE] = "DELETE"};

static const char *
ask_once(struct bank *b, const struct route *r, const char *path,
	 const char *token)
{
	return bank_ask_json(b, &kyc_app,
			     pool_printf(b->pool, "%s %s", methods[r->method],
					 path),
			     token,
			     r->method == GET || r->method == DELETE
				     ? NULL
				     : body_of(b),
			     NULL);
}

/* Who is told to wait has waited. */
static const char *
ask(struct bank *b, const struct route *r, const char *path,
    const char *token)
{
	const char *answer = ask_once(b, r, path, token);

	if (answer_status(answer) != 429)
		return answer;
	bank_tamper(b, "DELETE FROM rate");
	return ask_once(b, r, path, token);
}

struct asker {
	const char *who, *token;
	struct application *own; /* a new session of it for each route */
	int staff; /* what a staff page answers */
};

static bool
has_part(const struct route *r)
{
	return strchr(r->path, '{') != NULL;
}

static bool
names_her(const struct route *r)
{
	return has_part(r) && strncmp(r->path, "/products", 9) != 0;
}

/* Every name in every place; nothing of hers comes back or changes. */
static void
sweep(struct bank *b, const struct asker *x, const struct route *r)
{
	const char *const first[] = {hers.application, hers.document, hers.hit,
				     hers.session, hers.link,
				     hers.a.reference, "..", "x"};
	const char *const second[] = {hers.document, hers.hit,
				      hers.application};
	int64_t before = state_of(b), status, bad = 0;
	const char *answer = "", *token = x->token;
	size_t i;

	if (x->own != NULL)
		token = apply_session(b, x->own);
	for (i = 0; i < (has_part(r) ? 24 : 1); i++) {
		answer = ask(b, r, path_of(b, r, first[i / 3], second[i % 3]),
			     token);
		status = answer_status(answer);
		if (tells(answer) || (names_her(r) && status < 400))
			bad++;
		if (strncmp(r->path, "/staff/", 7) == 0 && status != x->staff)
			bad++;
	}
	if (!ok(bad == 0 && state_of(b) == before, "%s finds nothing: %s %s",
		x->who, methods[r->method], r->path))
		printf("# %s\n", answer);
}

static void
sweep_all(struct bank *b, const struct asker *x)
{
	const struct route *r = kyc_app.routes, *end = r + kyc_app.count;

	for (; r < end; r++)
		sweep(b, x, r);
}

/* A session of hers that is over. */
static const char *
ended(struct bank *b)
{
	const char *token = apply_session(b, &hers.a);

	is_int(answer_status(bank_ask_json(b, &kyc_app, "POST /apply/leave",
					   token, "{}", NULL)),
	       200, "she leaves on one device");
	return token;
}

static void
test_strangers(struct bank *b)
{
	struct application his = apply_ready(b);
	const struct asker askers[] = {
		{"nobody", NULL, NULL, 401},
		{"who has made a token up", "AAAA", NULL, 401},
		{"who knows her number", hers.application, NULL, 401},
		{"who has her reference", hers.a.reference, NULL, 401},
		{"who takes her link for a session", hers.link, NULL, 401},
		{"who has a session of hers that is over", ended(b), NULL,
		 401},
		{"another applicant", NULL, &his, 401},
		{"a customer", bank_token(b, "anna"), NULL, 404},
		{"a teller", bank_token(b, "tom"), NULL, 403},
	};
	size_t i;

	for (i = 0; i < sizeof askers / sizeof *askers; i++)
		sweep_all(b, &askers[i]);
}

/* Staff see what they ask for, and only under its own application. */
static void
test_staff(struct bank *b)
{
	struct application his = staff_sent(b, 8802);
	const char *token = bank_token(b, "sam"), *none;
	const char *const parts[] = {"documents", "screening"};
	const char *const ids[] = {hers.document, hers.hit};
	size_t i;

	bank_arrange(b, "UPDATE session SET confirmed_at = created_at");
	none = id_text(b, (const uint8_t[SECRET_ID]){9});
	for (i = 0; i < 2; i++) {
		const char *method = i == 0 ? "GET" : "POST";
		const char *body = i == 0 ? NULL
					  : "{\"verdict\":\"clear\","
					    "\"note\":\"x\"}";
		const char *other = bank_ask_json(
			b, &kyc_app,
			pool_printf(b->pool, "%s /staff/applications/%s/%s/%s",
				    method, id_text(b, his.public_id),
				    parts[i], ids[i]),
			token, body, NULL);
		const char *nothing = bank_ask_json(
			b, &kyc_app,
			pool_printf(b->pool, "%s /staff/applications/%s/%s/%s",
				    method, id_text(b, his.public_id),
				    parts[i], none),
			token, body, NULL);

		is_int(answer_status(other), 404, "%s of another application",
		       parts[i]);
		is_text(visit_mask(b, other, NULL),
			visit_mask(b, nothing, NULL),
			"are as good as none");
	}
}

/* The names above are hers, and open things to her and to staff. */
static void
control(struct bank *b)
{
	const char *sam = bank_token(b, "sam"), *answer;

	answer = bank_ask_json(b, &kyc_app, "GET /kyc-session", hers.session,
			       NULL, NULL);
	ok(answer_status(answer) == 200 && tells(answer),
	   "she sees her application");
	answer = bank_ask_json(b, &kyc_app,
			       pool_printf(b->pool,
					   "GET /staff/applications/%s",
					   hers.application),
			       sam, NULL, NULL);
	ok(answer_status(answer) == 200 && tells(answer), "and so do staff");
	is_int(answer_status(bank_ask_json(
		       b, &kyc_app,
		       pool_printf(b->pool,
				   "GET /staff/applications/%s/documents/%s",
				   hers.application, hers.document),
		       sam, NULL, NULL)),
	       200, "with her picture");
	is_int(answer_status(bank_ask_json(
		       b, &kyc_app, "POST /apply/resume", NULL,
		       pool_printf(b->pool, "{\"token\":\"%s\"}", hers.link),
		       NULL)),
	       200, "and her link opens it");
}

int
main(void)
{
	struct bank b;

	bank_open(&b);
	staff_bank(&b);
	fill_hers(&b);
	letters(&b);
	test_strangers(&b);
	test_staff(&b);
	is_int(letters(&b), 0, "nobody had the bank write to her");
	control(&b);
	bank_close(&b);
	return tap_done();
}
