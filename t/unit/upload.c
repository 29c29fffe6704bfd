/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* upload.c: tests of files that come in parts: whatever comes twice, late, in
 * disorder or not at all. */
#include "bank/upload.h"

#include <pthread.h>

#include "bank/housekeeping.h"
#include "lib/clock.h"
#include "t/lib/apply.h"
#include "t/lib/fault.h"
#include "t/lib/paint.h"
#include "t/tap.h"

#define count(b, where) bank_count((b), "SELECT count(*) AS n FROM " where)

/* A photo of several parts, and who sends it. */
struct sender {
	struct bank *bank;
	struct application a;
	struct painted file;
	int parts;
	const char *kind, *side;
};
static struct upload_part last;

static struct sender
sender_new(struct bank *b)
{
	struct sender s = {.bank = b,
			   .a = apply_begin(b),
			   .kind = "passport",
			   .side = "front"};

	apply_do(b, apply_mobile, &s.a);
	apply_do(b, apply_email, &s.a);
	s.file = paint_jpeg(
		b->pool,
		(struct paint){.width = 600, .height = 500, .noise = true});
	s.parts = (int)(s.file.len / UPLOAD_PART) + 1;
	return s;
}

static struct upload_part
part_of(const struct sender *s, int number)
{
	size_t at = (size_t)number * UPLOAD_PART;
	size_t left = s->file.len - at;

	return (struct upload_part){.application = s->a.id,
				    .kind = s->kind,
				    .side = s->side,
				    .size = (int64_t)s->file.len,
				    .parts = s->parts,
				    .number = number,
				    .data = s->file.data + at,
				    .len = left < UPLOAD_PART ? left
							      : UPLOAD_PART,
				    .who = &apply_actor};
}

/* Each in a request's memory of its own. */
static enum err
put(struct bank *b, struct upload_part p)
{
	struct pool *pool = pool_new();
	enum err e;

	p.pool = pool;
	e = upload_put(b->db, &p);
	p.complaint = pool_strdup(b->pool, p.complaint);
	last = p;
	pool_free(pool);
	db_rest(b->db);
	return e;
}

static enum err
send(const struct sender *s, int number)
{
	return put(s->bank, part_of(s, number));
}

static void
test_order(struct bank *b)
{
	struct sender s = sender_new(b);
	struct upload *list;
	const void *jpeg;
	size_t len;
	int i;

	ok(s.parts >= 3, "a photo in %d parts", s.parts);
	for (i = s.parts - 1; i > 0; i--) {
		is_int(send(&s, i), OK, "part %d comes", i);
		ok(!last.done && last.upload.there[i] && !last.upload.there[0],
		   "and is there");
	}
	is_int(upload_list(b->db, b->pool, s.a.id, &list), OK,
	       "it is on its way");
	ok(list != NULL && list->next == NULL && list->count == s.parts - 1 &&
		   !list->there[0] && list->there[1] &&
		   list->size == (int64_t)s.file.len,
	   "and it is known what is missing");
	db_rest(b->db);
	is_int(count(b, "upload_chunk WHERE instr(data, 'JFIF') > 0"), 0,
	       "nobody reads it in the file");
	is_int(send(&s, 0), OK, "the first part comes last");
	ok(last.done && last.document.width == 600, "and it is a picture");
	is_int(document_data(b->db, b->pool, s.a.id, last.document.id, &jpeg,
			     &len),
	       OK, "which can be opened");
	db_rest(b->db);
	is_int(count(b, "upload") + count(b, "upload_chunk"), 0,
	       "nothing is on its way any more");
	db_rest(b->db);
}

static void
test_one(struct bank *b)
{
	struct sender s = sender_new(b);

	s.file = paint_png(b->pool, (struct paint){.width = 30, .height = 20});
	s.parts = 1;
	is_int(send(&s, 0), OK, "a small file is one part");
	ok(last.done, "and whole with it");
}

static void
test_twice(struct bank *b)
{
	struct sender s = sender_new(b);
	struct upload_part p;

	send(&s, 0);
	is_int(send(&s, 0), OK, "a part may come twice");
	is_int(count(b, "upload_chunk"), 1, "and is there once");
	db_rest(b->db);
	p = part_of(&s, 0);
	p.len--;
	is_int(put(b, p), ERR_CONFLICT, "a shorter one may not");
	p = part_of(&s, 1);
	p.number = 0;
	p.data = pool_strndup(b->pool, s.file.data, p.len);
	((char *)(uintptr_t)p.data)[50000] ^= 1;
	is_int(put(b, p), ERR_CONFLICT, "nor one with another byte");
	is_text(last.complaint,
		"This part of the file came before, and was another.",
		"which is said");
	p = part_of(&s, 1);
	p.size++;
	is_int(put(b, p), ERR_CONFLICT, "nor a part of another file");
	is_text(last.complaint, "Another file is on its way for this document.",
		"which is said");
	p = part_of(&s, 1);
	p.parts++;
	is_int(put(b, p), ERR_CONFLICT, "cut another way");
	is_int(send(&s, 1), OK, "the right one may");
	is_int(upload_drop(b->db, s.a.id + 1, last.upload.id), ERR_MISSING,
	       "nobody forgets another's");
	is_int(count(b, "upload_chunk"), 2, "which stays whole");
	db_rest(b->db);
	is_int(upload_drop(b->db, s.a.id, last.upload.id), OK,
	       "whose it is does");
	is_int(upload_drop(b->db, s.a.id, last.upload.id), ERR_MISSING, "once");
	is_int(count(b, "upload") + count(b, "upload_chunk"), 0,
	       "nothing is left");
	db_rest(b->db);
}

static void
test_missing(struct bank *b)
{
	struct sender s = sender_new(b);
	struct upload_part p = part_of(&s, 0);

	p.number = -1;
	p.last = true;
	is_int(put(b, p), ERR_MISSING, "what never began does not end");
	send(&s, 0);
	p = part_of(&s, s.parts - 1);
	p.last = true;
	is_int(put(b, p), ERR_CONFLICT, "an end with a part missing");
	ok(last.missing && !last.upload.there[1] && last.upload.there[0] &&
		   last.upload.there[s.parts - 1],
	   "says which");
	is_int(count(b, "upload_chunk"), 2, "what came stays");
	db_rest(b->db);
	p.number = -1;
	is_int(put(b, p), ERR_CONFLICT, "and again");
	is_int(send(&s, 1), OK, "it may come late");
	bank_tamper(b, "DELETE FROM upload_chunk; DELETE FROM upload");
}

static void
test_sizes(struct bank *b)
{
	struct sender s = sender_new(b);
	uint64_t before = fault_digest_but(b, " rate ");
	static char big[UPLOAD_PART + 1];
	struct upload_part p = part_of(&s, 1);

	p.size = UPLOAD_BYTES + 1;
	p.parts = 51;
	is_int(put(b, p), ERR_TOO_BIG, "5 000 kB and a byte are too much");
	is_text(last.complaint,
		"This file is larger than 5 MB. "
		"Please take it with a lower resolution.",
		"which is said");
	p = part_of(&s, 1);
	p.data = big;
	p.len = sizeof big;
	is_int(put(b, p), ERR_TOO_BIG, "so is a part of more than 100 kB");
	p = part_of(&s, 1);
	p.len = 0;
	is_int(put(b, p), ERR_INPUT, "an empty one is none");
	p = part_of(&s, 1);
	p.number = s.parts;
	is_int(put(b, p), ERR_INPUT, "nor is one behind the last");
	p = part_of(&s, 1);
	p.parts = 101;
	is_int(put(b, p), ERR_INPUT, "nor one of a hundred and one");
	p.parts = 0;
	is_int(put(b, p), ERR_INPUT, "nor one of none");
	p = part_of(&s, 0);
	p.parts = 1;
	is_int(put(b, p), ERR_INPUT, "nor one part for more than it can hold");
	p = part_of(&s, 0);
	p.size = 0;
	is_int(put(b, p), ERR_INPUT, "nor one of nothing");
	p.size = 3;
	p.parts = 4;
	is_int(put(b, p), ERR_INPUT, "nor one of less than it has parts");
	p = part_of(&s, 0);
	p.kind = "portrait";
	is_int(put(b, p), ERR_INPUT, "nor one of what is not asked for");
	ok(fault_digest_but(b, " rate ") == before, "nothing is kept of any");
	p = part_of(&s, 0);
	p.size = UPLOAD_PART + 10;
	p.parts = 2;
	is_int(put(b, p), OK, "more than was announced");
	p.number = 1;
	is_int(put(b, p), ERR_INPUT, "is refused when it comes");
	p.len = 9;
	is_int(put(b, p), ERR_INPUT, "and less at the end");
	is_text(last.complaint, "The file is smaller than was announced.",
		"which is said");
	ok(fault_digest_but(b, " rate ") == before, "then it is over");
}

static void
test_no_picture(struct bank *b)
{
	struct sender s = sender_new(b);
	uint64_t before = fault_digest_but(b, " rate ");
	static const char svg[] = "<svg xmlns=\"http://www.w3.org/2000/svg\">"
				  "<script>x()</script></svg>";
	struct upload_part p = part_of(&s, 0);
	int i;

	p.data = svg;
	p.len = sizeof svg - 1;
	is_int(put(b, p), ERR_INPUT, "what is no picture is seen at once");
	ok(last.complaint != NULL && strstr(last.complaint, "SVG") != NULL,
	   "and named");
	s.file = paint_cut(s.file, s.file.len - 200);
	for (i = 0; i < s.parts - 1; i++)
		is_int(send(&s, i), OK, "half a picture comes");
	is_int(send(&s, i), ERR_INPUT, "and is seen at its end");
	ok(strstr(last.complaint, "end of this picture") != NULL,
	   "which is said");
	ok(fault_digest_but(b, " rate ") == before, "nothing is kept of either");
	s.file = paint_jpeg(b->pool, (struct paint){.width = 64, .height = 48});
	s.parts = 1;
	((char *)memmem(s.file.data, s.file.len, "\xff\xc0", 2))[5] = 0x7f;
	((char *)memmem(s.file.data, s.file.len, "\xff\xc0", 2))[7] = 0x7f;
	is_int(send(&s, 0), ERR_TOO_BIG, "a bomb is seen too");
	ok(fault_digest_but(b, " rate ") == before, "and nothing kept");
}

static void
test_many(struct bank *b)
{
	static const char *const papers[][2] = {{"passport", "front"},
						{"id_card", "front"},
						{"id_card", "back"},
						{"selfie", ""}};
	struct sender s = sender_new(b), other = sender_new(b);
	struct upload *list;
	int i;

	send(&other, 0);
	for (i = 0; i < 4; i++) {
		s.kind = papers[i][0];
		s.side = papers[i][1];
		is_int(send(&s, 0), OK, "%s %s begins", s.kind, s.side);
	}
	upload_list(b->db, b->pool, s.a.id, &list);
	ok(list != NULL && list->next->next->next == NULL &&
		   strcmp(list->kind, "id_card") == 0,
	   "three are on their way, the oldest made room");
	upload_list(b->db, b->pool, other.a.id, &list);
	ok(list != NULL, "nobody else's did");
	db_rest(b->db);
	is_int(count(b, "upload_chunk"), 4, "its parts are gone");
	db_rest(b->db);
	bank_tamper(b, "DELETE FROM upload_chunk; DELETE FROM upload");
}

static void
test_time(struct bank *b)
{
	struct sender s = sender_new(b), young = sender_new(b);
	struct application sent = apply_ready(b);
	int64_t now = clock_now();

	send(&s, 0);
	clock_freeze(now + CLOCK_DAY_MS - 1);
	send(&young, 0);
	housekeeping(b->db);
	is_int(count(b, "upload"), 2, "for a day it can be gone on with");
	db_rest(b->db);
	clock_freeze(now + CLOCK_DAY_MS + 1);
	housekeeping(b->db);
	is_int(count(b, "upload"), 1, "then it is forgotten");
	is_int(count(b, "upload_chunk"), 1, "with its parts");
	db_rest(b->db);
	clock_freeze(now);
	bank_tamper(b, "DELETE FROM upload_chunk; DELETE FROM upload");
	apply_do(b, apply_send, &sent);
	s.a = sent;
	is_int(send(&s, 0), ERR_CONFLICT,
	       "who has sent the application sends no files");
	is_text(last.complaint, "Documents cannot be changed now.",
		"which is said");
	s.a.id = 9999;
	is_int(send(&s, 0), ERR_MISSING, "nor who has none");
	is_int(count(b, "upload"), 0, "and nothing is kept");
	db_rest(b->db);
}

static void
test_sent_meanwhile(struct bank *b)
{
	struct sender s = sender_new(b);
	int i;

	for (i = 0; i < s.parts - 1; i++)
		send(&s, i);
	bank_tamper(b, "UPDATE upload_chunk SET data = zeroblob(length(data)) "
		       "WHERE number = 1");
	is_int(send(&s, i), ERR_INTERNAL,
	       "a part that was tampered with is no part");
	bank_tamper(b, "UPDATE upload_chunk SET data = (SELECT data FROM "
		       "upload_chunk WHERE number = 0) WHERE number = 1");
	is_int(send(&s, i), ERR_INTERNAL, "nor one in another's place");
	bank_tamper(b, "DELETE FROM upload_chunk; DELETE FROM upload");
}

enum { RUSH = 6 };
struct rush {
	const struct sender *s;
	enum err e;
	bool done;
};

static void *
rush(void *arg)
{
	struct rush *r = arg;
	struct upload_part p = part_of(r->s, 0);
	struct db *db = db_new(r->s->bank->store);

	p.pool = pool_new();
	r->e = upload_put(db, &p);
	r->done = p.done;
	pool_free(p.pool);
	db_free(db);
	return NULL;
}

static void
test_rush(struct bank *b)
{
	struct sender s = sender_new(b);
	pthread_t threads[RUSH];
	struct rush all[RUSH];
	int i, done = 0, fine = 0;

	for (i = 1; i < s.parts; i++)
		send(&s, i);
	for (i = 0; i < RUSH; i++) {
		all[i] = (struct rush){.s = &s};
		pthread_create(&threads[i], NULL, rush, &all[i]);
	}
	for (i = 0; i < RUSH; i++) {
		pthread_join(threads[i], NULL);
		done += all[i].done;
		fine += all[i].e == OK || all[i].e == ERR_CONFLICT;
	}
	is_int(done, 1, "the last part six times at once is one picture");
	is_int(fine, RUSH, "and the others are told");
	is_int(apply_acts(b, &s.a, "document.add"), 1, "once on record");
	db_rest(b->db);
	bank_tamper(b, "DELETE FROM upload_chunk; DELETE FROM upload");
}

static enum err
put_again(struct bank *b, struct pool *pool, void *arg)
{
	struct sender *s = arg;

	(void)b;
	(void)pool;
	return send(s, 1);
}

static enum err
finish_again(struct bank *b, struct pool *pool, void *arg)
{
	struct upload_part p = part_of(arg, 0);

	(void)pool;
	p.number = -1;
	p.last = true;
	return put(b, p);
}

static enum err
list_again(struct bank *b, struct pool *pool, void *arg)
{
	const struct sender *s = arg;
	struct upload *list;
	enum err e = upload_list(b->db, pool, s->a.id, &list);

	db_rest(b->db);
	return e;
}

static enum err
drop_again(struct bank *b, struct pool *pool, void *arg)
{
	(void)pool;
	(void)arg;
	return upload_drop(b->db, last.application, last.upload.id);
}

static void
test_faults(struct bank *b)
{
	struct sender s = sender_new(b), tiny = sender_new(b);

	fault_loop(b, "the first part", put_again, &s, OK);
	send(&s, 2);
	fault_loop(b, "looking", list_again, &s, OK);
	send(&s, 2);
	fault_loop(b, "forgetting", drop_again, NULL, OK);
	tiny.file = paint_png(b->pool, (struct paint){.width = 9, .height = 9});
	tiny.parts = 1;
	fault_arm_on("INSERT INTO document ", 1);
	is_int(send(&tiny, 0), ERR_BUSY, "a full disk at the end");
	ok(fault_disarm() && count(b, "upload_chunk") == 1, "leaves what came");
	db_rest(b->db);
	fault_loop(b, "finishing", finish_again, &tiny, OK);
}

int
main(void)
{
	struct bank b;

	bank_open(&b);
	apply_bank(&b);
	test_order(&b);
	test_one(&b);
	test_twice(&b);
	test_missing(&b);
	test_sizes(&b);
	test_no_picture(&b);
	test_many(&b);
	test_time(&b);
	test_sent_meanwhile(&b);
	test_rush(&b);
	test_faults(&b);
	bank_close(&b);
	return tap_done();
}
