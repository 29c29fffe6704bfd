/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* activity.c: the record of acts read back, and each act in words. */
#include "bank/activity.h"

#include <string.h>

/* Every act that is ever recorded; t/acts.t looks for those that are not
 * here. */
static const struct {
	const char *act, *words;
} words[] = {
	{"account.open", "An account was opened."},
	{"application.agree", "A second person agreed."},
	{"application.approve", "The application was approved."},
	{"application.ask", "Something was asked for once more."},
	{"application.begin", "The application was begun."},
	{"application.branch", "Another branch was chosen."},
	{"application.code", "A code was asked for."},
	{"application.code_wrong", "A wrong code was given."},
	{"application.contact", "Name or addresses were changed."},
	{"application.decline", "The application was declined."},
	{"application.details", "Personal details were given."},
	{"application.disagree", "A second person disagreed."},
	{"application.documents", "The documents were complete."},
	{"application.email", "The mail address was confirmed."},
	{"application.expire", "The application was not sent in time."},
	{"application.identity", "The identity was looked at."},
	{"application.keep", "Unfinished details were kept."},
	{"application.leave", "The application was closed on a device."},
	{"application.link", "A new link was asked for."},
	{"application.mobile", "The mobile number was confirmed."},
	{"application.product", "Another product was chosen."},
	{"application.propose", "A decision was proposed."},
	{"application.resume", "The application was gone on with by its link."},
	{"application.rule", "The application was decided by rule."},
	{"application.send", "The application was sent."},
	{"application.user", "A user id was chosen."},
	{"application.view", "Somebody of the bank looked at the application."},
	{"application.wipe", "The personal data was wiped."},
	{"bank.backup", "The bank was copied."},
	{"bank.bench_data", "The bank was filled for a load test."},
	{"bank.import", "Books were taken over."},
	{"bank.init", "The bank was opened."},
	{"bank.migrate", "The bank's tables were moved on."},
	{"bank.restore", "The bank was put back from a copy."},
	{"code.locked", "Codes were locked after too many wrong ones."},
	{"code.wrong", "A wrong code was entered."},
	{"device.new", "This device was used for the first time."},
	{"didit.failed", "Didit could not look at the identity."},
	{"document.add", "A picture was sent."},
	{"document.view", "Somebody of the bank looked at a document."},
	{"emergency.new", "A new emergency code was made."},
	{"emergency.used", "Lost phone: everything was signed out and "
			   "outgoing payments were stopped."},
	{"passkey.add", "A passkey was added."},
	{"passkey.clone", "A passkey that may be a copy was refused."},
	{"passkey.refused", "A passkey was refused."},
	{"passkey.remove", "A passkey was removed."},
	{"passkey.rename", "A passkey was given another name."},
	{"password.allow", "The code for a new password was entered."},
	{"password.set", "The password was changed."},
	{"recovery.make", "Recovery codes were made."},
	{"recovery.use", "A recovery code was used."},
	{"register.ask", "A code to register was asked for."},
	{"register.refuse", "A registration was refused."},
	{"reset.ask", "A code for a new password was asked for."},
	{"screening.clear", "A likeness to a list was found to be none."},
	{"screening.confirm", "A likeness to a list was confirmed."},
	{"screening.import", "Lists of people to look out for were taken "
			     "over."},
	{"screening.run", "The lists were searched."},
	{"session.end", "A device was signed out."},
	{"session.end_all", "Everything was signed out."},
	{"session.end_others", "All other devices were signed out."},
	{"setting.set", "A setting of the bank was changed."},
	{"signin.changed", "A sign-in was refused: what the bank keeps of the "
			   "password was changed by another."},
	{"signin.locked", "Sign-in was locked after too many wrong "
			  "passwords."},
	{"signin.ok", "Signed in."},
	{"signin.passkey", "Signed in with a passkey."},
	{"signin.wrong", "A wrong password was entered."},
	{"signout", "Signed out."},
	{"step_up.ok", "A code confirmed who is signed in."},
	{"token.new", "A token for a program was made."},
	{"totp.add", "An authenticator app was added."},
	{"totp.begin", "Adding an authenticator app was begun."},
	{"totp.remove", "An authenticator app was removed."},
	{"transfer.signed", "A payment was signed with a passkey."},
	{"user.add", "The user id was made."},
	{"user.release", "Outgoing payments were released."},
	{"user.unlock", "Sign-in was unlocked."},
	{"user_id.ask", "A code to see the user id was asked for."},
	{"user_id.tell", "The user id was shown."},
};

const char *
activity_words(const char *act)
{
	size_t i;

	for (i = 0; i < sizeof words / sizeof *words; i++)
		if (strcmp(words[i].act, act) == 0)
			return words[i].words;
	return NULL;
}

static struct activity *
activity_read(struct stmt *q, struct pool *pool)
{
	struct activity *a = pool_alloc(pool, sizeof *a);

	a->row = (struct audit){
		.seq = db_int(q, "seq"), .at = db_int(q, "at"),
		.actor_user = db_int(q, "actor_user"),
		.actor = pool_strdup(pool, db_text(q, "actor")),
		.act = pool_strdup(pool, db_text(q, "act")),
		.detail = pool_strdup(pool, db_text(q, "detail")),
		.address = pool_strdup(pool, db_text(q, "address")),
		.device = pool_strdup(pool, db_text(q, "device"))};
	return a;
}

enum err
activity_list(struct db *db, struct pool *pool, int64_t customer,
	      int64_t user, int64_t before, int limit, struct activity **list,
	      int64_t *next)
{
	struct stmt *q = db_sql(db,
		"SELECT seq, at, actor, actor_user, act, detail, address, "
		"device FROM audit WHERE subject = :subject AND "
		"seq < :before AND (subject <> 0 OR actor_user = :user) "
		"ORDER BY seq DESC");
	int64_t last = 0;
	int n = 0;

	*list = NULL;
	*next = 0;
	db_put_int(q, "subject", customer);
	db_put_int(q, "user", user);
	db_put_int(q, "before", before > 0 ? before : INT64_MAX);
	while (*next == 0 && db_row(q)) {
		if (n++ == limit) {
			*next = last;
			break;
		}
		*list = activity_read(q, pool);
		last = (*list)->row.seq;
		list = &(*list)->next;
	}
	return db_done(q);
}
