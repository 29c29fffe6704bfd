/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* document.c: tests of the pictures an application comes with: what is kept,
 * where nobody reads it, and who gets to see it. */
#include "bank/document.h"

#include "bank/verify.h"
#include "lib/clock.h"
#include "t/lib/apply.h"
#include "t/lib/fault.h"
#include "t/lib/paint.h"
#include "t/tap.h"

#define count(b, where) bank_count((b), "SELECT count(*) AS n FROM " where)

static const char *why;

/* Somebody known, whose documents are asked for. */
static struct application
known(struct bank *b)
{
	struct application a = apply_begin(b);

	apply_do(b, apply_mobile, &a);
	apply_do(b, apply_email, &a);
	apply_do(b, apply_details, &a);
	return a;
}

/* In a request's memory of its own. */
static enum err
add_file(struct bank *b, struct document *d, const void *data, size_t len)
{
	struct pool *pool = pool_new();
	enum err e =
		document_add(b->db, pool, d, data, len, &apply_actor, &why);

	pool_free(pool);
	return e;
}

static enum err
add(struct bank *b, const struct application *a, const char *kind,
    const char *side, struct document *d)
{
	struct painted p = paint_jpeg(
		b->pool,
		(struct paint){.width = 90, .height = 60, .gps = true});

	*d = (struct document){.application = a->id,
			       .kind = kind,
			       .side = side,
			       .source = "person"};
	return add_file(b, d, p.data, p.len);
}

static struct application
again(struct bank *b, const struct application *a)
{
	struct application now;

	is_int(application_get(b->db, b->pool, a->id, &now), OK,
	       "the application stands");
	db_rest(b->db);
	return now;
}

static void
test_wanted(void)
{
	ok(document_wanted("passport", "front") &&
		   document_wanted("id_card", "back") &&
		   document_wanted("residence_permit", "front") &&
		   document_wanted("selfie", "") &&
		   document_wanted("proof_of_address", ""),
	   "a person may send what is asked for");
	ok(!document_wanted("passport", "back") &&
		   !document_wanted("selfie", "front") &&
		   !document_wanted("portrait", "") &&
		   !document_wanted("id_card", "") &&
		   !document_wanted("", "") && !document_wanted("x", "front"),
	   "and nothing else");
}

static void
test_keep(struct bank *b)
{
	struct application a = known(b);
	struct document d, *list;
	const void *jpeg = NULL;
	uint8_t hash[SECRET_HASH];
	size_t len = 0;

	is_int(add(b, &a, "passport", "front", &d), OK, "a picture is kept");
	ok(d.width == 90 && d.height == 60 && d.size > 0 &&
		   d.made_at == clock_now(),
	   "as it was made");
	is_int(document_list(b->db, b->pool, a.id, &list), OK, "it is listed");
	ok(list != NULL && list->next == NULL &&
		   memcmp(list->id, d.id, sizeof d.id) == 0 &&
		   strcmp(list->kind, "passport") == 0 &&
		   strcmp(list->side, "front") == 0 &&
		   strcmp(list->source, "person") == 0 &&
		   memcmp(list->sha256, d.sha256, sizeof d.sha256) == 0,
	   "as what it is");
	is_int(document_data(b->db, b->pool, a.id, d.id, &jpeg, &len), OK,
	       "and opened");
	secret_hash(hash, jpeg, len);
	ok((int64_t)len == d.size && memcmp(hash, d.sha256, sizeof hash) == 0 &&
		   paint_like(paint_look(jpeg, len, 5, 5), 0xff0000),
	   "it is the picture");
	ok(memmem(jpeg, len, PAINT_PLACE, strlen(PAINT_PLACE)) == NULL,
	   "without the place it was taken at");
	is_int(count(b, "document_data WHERE instr(data, x'ffd8') = 1 OR "
			"instr(data, 'JFIF') > 0"),
	       0, "nobody reads it in the file");
	is_int(apply_acts(b, &a, "document.add"), 1, "it is on record");
	is_int(bank_count(b, "SELECT count(*) AS n FROM audit WHERE "
			     "act = 'document.add' AND "
			     "detail = 'passport front'"),
	       1, "with what it is");
	db_rest(b->db);
}

static void
test_others(struct bank *b)
{
	struct application a = known(b), other = known(b);
	struct document d, *list;
	uint8_t nobody[SECRET_ID] = {1};
	const void *jpeg;
	size_t len;

	add(b, &a, "selfie", "", &d);
	is_int(document_data(b->db, b->pool, other.id, d.id, &jpeg, &len),
	       ERR_MISSING, "another application has no such picture");
	is_int(document_data(b->db, b->pool, a.id, nobody, &jpeg, &len),
	       ERR_MISSING, "nor is there one by another id");
	is_int(document_list(b->db, b->pool, other.id, &list), OK,
	       "the other's list is its own");
	ok(list == NULL, "and empty");
	db_rest(b->db);
	bank_tamper(b, "UPDATE document_data SET data = (SELECT data FROM "
		       "document_data ORDER BY document LIMIT 1)");
	is_int(document_data(b->db, b->pool, a.id, d.id, &jpeg, &len),
	       ERR_INTERNAL, "one put in another's place does not open");
	db_rest(b->db);
	bank_tamper(b, "DELETE FROM document_data");
	is_int(document_data(b->db, b->pool, a.id, d.id, &jpeg, &len),
	       ERR_MISSING, "one that was wiped is not there");
	db_rest(b->db);
}

static void
test_complete(struct bank *b)
{
	static const struct {
		const char *kind, *side;
		bool complete;
	} steps[] = {
		{"id_card", "front", false},
		{"proof_of_address", "", false},
		{"selfie", "", false},
		{"residence_permit", "back", false},
		{"id_card", "back", true},
		{"id_card", "front", true},
	};
	struct application a = known(b), p = known(b);
	struct document d;
	size_t i;

	for (i = 0; i < sizeof steps / sizeof *steps; i++) {
		is_int(add(b, &a, steps[i].kind, steps[i].side, &d), OK,
		       "%s %s comes", steps[i].kind, steps[i].side);
		is_int(again(b, &a).documents_at != 0, steps[i].complete,
		       "then all is %sthere", steps[i].complete ? "" : "not ");
	}
	is_int(apply_acts(b, &a, "application.documents"), 1,
	       "which is said once");
	is_int(bank_count(b, "SELECT count(*) AS n FROM document WHERE "
			     "replaced = 1"),
	       1, "a newer one takes the older one's place");
	db_rest(b->db);
	add(b, &p, "selfie", "", &d);
	is_int(again(b, &p).documents_at, 0, "a face is not enough");
	add(b, &p, "passport", "front", &d);
	ok(again(b, &p).documents_at != 0, "with a passport it is");
}

static void
test_identity(struct bank *b)
{
	struct application a = apply_ready(b);
	struct document d;

	ok(strcmp(again(b, &a).identity, "none") != 0,
	   "somebody's identity was looked at");
	is_int(add(b, &a, "passport", "front", &d), OK,
	       "another passport comes");
	is_text(again(b, &a).identity, "none", "it is to be looked at again");
}

static void
test_time(struct bank *b)
{
	struct application a = apply_begin(b), sent = apply_ready(b);
	struct painted p =
		paint_png(b->pool, (struct paint){.width = 9, .height = 9});
	struct document d;
	uint64_t before;
	int i;

	is_int(add(b, &a, "selfie", "", &d), ERR_CONFLICT,
	       "who has confirmed no address sends no picture");
	is_text(why, "Documents cannot be changed now.", "which is said");
	apply_do(b, apply_send, &sent);
	before = fault_digest_but(b, " rate ");
	is_int(add(b, &sent, "selfie", "", &d), ERR_CONFLICT,
	       "nor who has sent the application");
	ok(fault_digest_but(b, " rate ") == before, "and nothing is kept");
	d = (struct document){.application = sent.id,
			      .kind = "portrait",
			      .side = "",
			      .source = "didit"};
	is_int(add_file(b, &d, p.data, p.len), OK,
	       "who checks the identity may add to it then");
	ok(strcmp(again(b, &sent).identity, "none") != 0,
	   "which leaves the identity");
	apply_ask(b, &sent, "documents");
	is_int(add(b, &sent, "selfie", "", &d), OK,
	       "who is asked for documents sends them again");
	a = (struct application){.id = 9999};
	is_int(add(b, &a, "selfie", "", &d), ERR_MISSING,
	       "no application has no pictures");
	a = known(b);
	for (i = 0; i < DOCUMENT_MOST; i++)
		if (add(b, &a, "selfie", "", &d) != OK)
			break;
	is_int(i, DOCUMENT_MOST, "somebody may try often");
	is_int(add(b, &a, "selfie", "", &d), ERR_LIMIT, "but not for ever");
	ok(why != NULL, "which is said: %s", why);
}

static void
test_refused(struct bank *b)
{
	static const char pdf[] = "%PDF-1.7\n";
	struct application a = known(b);
	struct document d = {.application = a.id,
			     .kind = "selfie",
			     .side = "",
			     .source = "person"};
	uint64_t before = fault_digest_but(b, " rate ");
	struct painted p = paint_jpeg(
		b->pool, (struct paint){.width = 1100, .height = 1000});

	is_int(add_file(b, &d, pdf, sizeof pdf - 1), ERR_INPUT,
	       "a PDF is refused");
	ok(strstr(why, "JPEG, PNG or WebP") != NULL, "with what to do");
	bank_set(b, "KYC_PICTURE_PIXELS", "1000000");
	is_int(add_file(b, &d, p.data, p.len), ERR_TOO_BIG,
	       "the bank says how many pixels it takes");
	bank_set(b, "KYC_PICTURE_PIXELS", "40000000");
	ok(fault_digest_but(b, " rate ") == before, "nothing is kept of either");
}

static void
test_waste(struct bank *b)
{
	struct application a = known(b), other = known(b);
	struct document d;
	int i;

	for (i = 0; i < 60; i++) {
		d = (struct document){.application = a.id, .kind = "selfie",
				      .side = "", .source = "person"};
		if (add_file(b, &d, "x", 1) != ERR_INPUT)
			break;
	}
	is_int(i, 60, "who sends what is no picture is told so");
	is_int(add(b, &a, "selfie", "", &d), ERR_RATE, "not without end");
	ok(why != NULL, "which is said: %s", why);
	is_int(add(b, &other, "selfie", "", &d), OK, "others may go on");
	clock_freeze(clock_now() + 60 * CLOCK_MINUTE);
	is_int(add(b, &a, "selfie", "", &d), OK, "as may they in an hour");
}

static enum err
add_again(struct bank *b, struct pool *pool, void *arg)
{
	const struct application *a = arg;
	struct document d;

	(void)pool;
	return add(b, a, "passport", "front", &d);
}

static enum err
list_again(struct bank *b, struct pool *pool, void *arg)
{
	const struct application *a = arg;
	struct document *list;
	const void *jpeg;
	size_t len;
	enum err e = document_list(b->db, pool, a->id, &list);

	if (e == OK)
		e = document_data(b->db, pool, a->id, list->id, &jpeg, &len);
	db_rest(b->db);
	return e;
}

static void
test_faults(struct bank *b)
{
	struct application a = known(b);
	struct document d;

	add(b, &a, "selfie", "", &d);
	fault_loop(b, "keeping the last one", add_again, &a, OK);
	fault_loop(b, "looking", list_again, &a, OK);
}

static void
test_verify(struct bank *b)
{
	struct verify v;

	verify_bank(b->db, b->pool, NULL, &v);
	ok(v.checks[VERIFY_AUDIT].ok, "the record holds: %s",
	   v.checks[VERIFY_AUDIT].detail);
}

int
main(void)
{
	struct bank b;

	bank_open(&b);
	apply_bank(&b);
	test_wanted();
	test_keep(&b);
	test_complete(&b);
	test_identity(&b);
	test_time(&b);
	test_refused(&b);
	test_waste(&b);
	test_faults(&b);
	test_others(&b);
	test_verify(&b);
	bank_close(&b);
	return tap_done();
}
