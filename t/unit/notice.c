/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* notice.c: tests that who has access hears when it changes. */
#include "bank/notice.h"

#include <string.h>

#include "bank/message.h"
#include "daemons/courier/courier.h"
#include "lib/clock.h"
#include "t/lib/deal.h"
#include "t/tap.h"

struct telling {
	int64_t customer;
	const char *what;
	struct pool *pool;
};

static enum err
tell_work(struct db *db, void *arg)
{
	const struct telling *t = arg;

	return notice_send(db, t->pool, t->customer, t->what, &deal_actor);
}

static enum err
tell(struct bank *b, int64_t customer, const char *what)
{
	struct telling t = {customer, what, b->pool};

	return db_write(b->db, tell_work, &t);
}

static void
test_letter(struct bank *b, const char *what, const char *sentence)
{
	struct message m;
	struct letter l;
	const char *next;

	is_int(tell(b, b->anna, what), OK, "%s is told", what);
	is_int(message_take(b->db, b->pool, CLOCK_MINUTE, &m), OK, "by mail");
	is_int(letter_write(b->pool, &m, &l), OK, "that can be written");
	is_text(l.subject, "Your access to Test Bank has changed",
		"under a subject that tells nothing to others");
	ok(strstr(l.text, sentence) != NULL, "and says: %s", sentence);
	ok(strstr(l.text, "192.0.2.7") != NULL &&
		   strstr(l.text, "11:00") != NULL,
	   "from where and when");
	message_sent(b->db, &m, "", &next);
}

int
main(void)
{
	struct bank b;

	bank_open(&b);
	test_letter(&b, "totp_added", "An authenticator app was added.");
	test_letter(&b, "totp_removed", "authenticator app was removed.");
	test_letter(&b, "recovery_made", "New recovery codes were made.");
	test_letter(&b, "recovery_used", "A recovery code was used.");
	test_letter(&b, "passkey_added", "A passkey was added.");
	test_letter(&b, "passkey_removed", "A passkey was removed.");
	test_letter(&b, "password_changed", "Your password was changed.");
	is_int(tell(&b, 0, "totp_added"), OK, "who is no customer is not told");
	bank_tamper(&b, "UPDATE customer SET email = NULL, mobile = NULL");
	is_int(tell(&b, b.anna, "totp_added"), OK, "nor who has no address");
	is_int(bank_count(&b, "SELECT count(*) AS n FROM outbox"), 7,
	       "and nothing more is queued");
	is_int(tell(&b, 99, "totp_added"), ERR_MISSING,
	       "of somebody unknown nothing is written");
	bank_close(&b);
	return tap_done();
}
