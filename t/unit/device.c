/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* device.c: tests of which sign-ins are told to a person. */
#include "bank/device.h"

#include <string.h>

#include "bank/confirm.h"
#include "bank/notice.h"
#include "lib/clock.h"
#include "t/lib/deal.h"
#include "t/lib/fault.h"
#include "t/tap.h"

static int64_t
notices(struct bank *b)
{
	return bank_count(b, "SELECT count(*) AS n FROM outbox "
			     "WHERE template = 'new-device'");
}

/* Signs in with a browser that brings ${mark}, or a program. */
static struct device
sign_in(struct bank *b, const char *user_id, const char *mark, bool program)
{
	struct challenge c;
	struct confirm x = {.pool = b->pool, .who = &deal_actor};

	deal_signin(b, user_id, "correct horse", &c);
	x.id = c.id;
	x.code = bank_code(b);
	x.device.brought = mark;
	x.device.program = program;
	is_int(confirm_code(b->db, &x), OK, "%s signs in", user_id);
	db_rest(b->db);
	return x.device;
}

static void
test_browser(struct bank *b)
{
	struct device first = sign_in(b, "anna", NULL, false), d;
	char forged[SESSION_TOKEN];
	int64_t now = clock_now();

	ok(!first.known && strlen(first.mark) == SESSION_TOKEN - 1,
	   "a browser never seen before is given a mark");
	is_int(notices(b), 1, "and the person is told");
	is_int(bank_count(b, "SELECT count(*) AS n FROM audit "
			     "WHERE act = 'device.new' AND device = "
			     "'a browser'"),
	       1, "and it is on record");
	is_int(bank_count(b, "SELECT count(*) AS n FROM device WHERE "
			     "length(token_hash) = 32"),
	       1, "of the mark only a hash is kept");
	clock_freeze(now + CLOCK_MINUTE);
	d = sign_in(b, "anna", first.mark, false);
	ok(d.known && strcmp(d.mark, first.mark) == 0 && notices(b) == 1,
	   "the same browser again is no news");
	is_int(bank_count(b, "SELECT last_at - first_at AS n FROM device"),
	       CLOCK_MINUTE, "but it is noted when it came");
	d = sign_in(b, "ben", first.mark, false);
	ok(!d.known && strcmp(d.mark, first.mark) == 0 && notices(b) == 2,
	   "another person at it hears of it, and it keeps its mark");
	ok(sign_in(b, "anna", first.mark, false).known &&
		   sign_in(b, "ben", first.mark, false).known,
	   "then it is known to both");
	memset(forged, 'A', sizeof forged - 1);
	forged[sizeof forged - 1] = '\0';
	d = sign_in(b, "anna", forged, false);
	ok(!d.known && strcmp(d.mark, forged) != 0 && notices(b) == 3,
	   "a mark we did not give is worth nothing");
	d = sign_in(b, "anna", "short", false);
	ok(!d.known && strlen(d.mark) == SESSION_TOKEN - 1,
	   "nor is one of another length");
	clock_freeze(now);
}

static void
test_program(struct bank *b)
{
	int64_t before = notices(b);
	struct device d = sign_in(b, "ben", NULL, true);

	ok(!d.known && *d.mark == '\0' && notices(b) == before + 1,
	   "a program keeps no mark; the first time is told");
	d = sign_in(b, "ben", NULL, true);
	ok(d.known && notices(b) == before + 1,
	   "then it is known by what it calls itself");
	ok(!sign_in(b, "anna", NULL, true).known, "to that person alone");
}

static enum err
notice_work(struct db *db, void *arg)
{
	struct bank *b = arg;

	return notice_queue(db, b->pool, 0, "new-device", NULL, &deal_actor);
}

static void
test_unreachable(struct bank *b)
{
	int64_t before = notices(b);

	is_int(db_write(b->db, notice_work, b), OK,
	       "staff without an account are told nothing");
	bank_tamper(b, "UPDATE customer SET email = NULL, mobile = NULL "
		       "WHERE code = 'C2'");
	is_int(notice_queue(b->db, b->pool, b->ben, "new-device", "email",
			    &deal_actor),
	       OK, "who has no address is told nothing either");
	db_rest(b->db);
	is_int(notices(b), before, "and nothing is queued");
}

static void
test_words(struct bank *b)
{
	is_text(device_words(b->pool,
			     "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) "
			     "Gecko/20100101 Firefox/140.0"),
		"Firefox · Linux", "a browser is called by its name");
	is_text(device_words(b->pool, "Firefox/1"), "Firefox",
		"of some the system is not known");
	is_text(device_words(b->pool, "curl/8"), "curl/8",
		"a program by its own");
}

static enum err
seen_work(struct db *db, void *arg)
{
	struct bank *b = arg;
	struct device d = {.brought = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
				      "AAA"};

	return device_seen(db, b->pool, &d, b->anna_user, b->anna,
			   &deal_actor);
}

static enum err
seen_try(struct bank *b, struct pool *pool, void *arg)
{
	(void)pool;
	(void)arg;
	return db_write(b->db, seen_work, b);
}

int
main(void)
{
	struct bank b;

	bank_open(&b);
	test_browser(&b);
	test_program(&b);
	test_words(&b);
	fault_loop(&b, "a new device", seen_try, NULL, OK);
	test_unreachable(&b);
	bank_close(&b);
	return tap_done();
}
