/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* review.c: the only writer of decision: who may say what, and what comes of
 * it. */
#include "bank/review_impl.h"

#include <string.h>

#include "bank/application_session.h"
#include "bank/opening.h"
#include "lib/clock.h"
#include "lib/settings.h"

static bool
is(const char *a, const char *b)
{
	return strcmp(a, b) == 0;
}

static enum err
refuse(struct review *r, enum err e, const char *field, const char *complaint)
{
	r->field = field;
	r->complaint = complaint;
	return e;
}

enum err
review_write(struct db *db, const struct saying *s)
{
	struct stmt *q = db_sql(db,
		"INSERT INTO decision (application, round, step, verdict, "
		"reason, note, bank_user, decided_at) VALUES (:application, "
		":round, :step, :verdict, :reason, :note, "
		"nullif(:bank_user, 0), :decided_at)");

	db_put_int(q, "application", s->application);
	db_put_int(q, "round", s->round);
	db_put_text(q, "step", s->step);
	db_put_text(q, "verdict", s->verdict);
	db_put_text(q, "reason", s->reason);
	db_put_text(q, "note", s->note);
	db_put_int(q, "bank_user", s->user);
	db_put_int(q, "decided_at", clock_now());
	return db_done(q);
}

static enum err
say(struct db *db, const struct review *r, const struct review_round *round,
    const char *step)
{
	struct saying s = {r->now.id, round->round, r->user, step, r->verdict,
			   r->reason, r->note};

	return review_write(db, &s);
}

static const char *
detail_of(const struct review *r, const struct review_round *round,
	  const char *verdict, const char *reason)
{
	return pool_printf(r->pool, "round %lld: %s%s%s",
			   (long long)round->round, verdict,
			   *reason != '\0' ? ", " : "", reason);
}

/* Before an account may be opened everything that was found is looked at. */
static enum err
may_open(struct db *db, struct review *r)
{
	const char *identity = r->now.identity;
	int64_t open, confirmed;
	enum err e = review_hits(db, r->now.id, &open, &confirmed);

	if (e != OK)
		return e;
	if (confirmed > 0)
		return refuse(r, ERR_CONFLICT, "verdict",
			      "A list names this person: the application "
			      "cannot be approved.");
	if (open > 0)
		return refuse(r, ERR_CONFLICT, "verdict",
			      "Look at every likeness to a list first.");
	if (!is(identity, "passed") && !is(identity, "review"))
		return refuse(r, ERR_CONFLICT, "verdict",
			      "Nobody has made sure yet who the person is.");
	return OK;
}

static enum err
propose(struct db *db, struct review *r, const struct review_round *round)
{
	enum err e = OK;

	if (is(r->verdict, "approve"))
		e = may_open(db, r);
	else if (review_reason(r->reason) == NULL)
		e = refuse(r, ERR_INPUT, "reason", "Please choose a reason.");
	if (e != OK || (e = say(db, r, round, "make")) != OK)
		return e;
	return application_audit(db, &r->now, r->who, "application.propose",
				 detail_of(r, round, r->verdict, r->reason));
}

/* Another document or other details are another identity to be looked at. */
static const struct {
	const char *what, *steps;
} wanted[] = {
	{"documents", "documents identity"},
	{"details", "details identity"},
	{"identity", "identity"},
};

static const char *
steps_of(const char *what)
{
	size_t i;

	for (i = 0; i < sizeof wanted / sizeof *wanted; i++)
		if (is(wanted[i].what, what))
			return wanted[i].steps;
	return NULL;
}

static enum err
ask(struct db *db, struct review *r, const struct review_round *round)
{
	json_object *data = pool_json(r->pool, json_object_new_object());
	const char *steps = steps_of(r->what);
	char token[SESSION_TOKEN];
	enum err e;

	if (steps == NULL)
		return refuse(r, ERR_INPUT, "what",
			      "Please choose what is missing.");
	if (*r->note == '\0')
		return refuse(r, ERR_INPUT, "note",
			      "Please tell the person what to do.");
	r->reason = r->what;
	if ((e = say(db, r, round, "make")) != OK ||
	    (e = application_ask(db, &r->now, steps, r->note, r->who)) !=
		    OK ||
	    (e = application_link_new(db, &r->now, token)) != OK)
		return e;
	json_object_object_add(data, "link",
			       json_object_new_string(
				       opening_link(r->pool, token)));
	json_object_object_add(data, "sentence",
			       json_object_new_string(r->note));
	json_object_object_add(data, r->what, json_object_new_boolean(true));
	json_object_object_add(
		data, "days",
		json_object_new_int64(settings()->KYC_APPLICATION_DAYS));
	return application_tell(db, r->pool, &r->now, "application-asked",
				data);
}

static enum err
decline(struct db *db, struct review *r, const char *word)
{
	json_object *data = pool_json(r->pool, json_object_new_object());
	const struct review_reason *reason = review_reason(word);
	enum err e;

	r->now.state = "declined";
	r->now.reason = word;
	if ((e = application_decide(db, &r->now, r->who)) != OK)
		return e;
	if (reason != NULL && reason->told)
		json_object_object_add(data, word,
				       json_object_new_boolean(true));
	return application_tell(db, r->pool, &r->now, "application-declined",
				data);
}

bool
review_is_maker(const struct review_round *round, int64_t user,
		int64_t customer)
{
	return round->proposed &&
	       (user == round->maker ||
		(customer != 0 && customer == round->maker_customer));
}

/* Who proposed, and who looked at the proposal, may not have seen it. */
static enum err
nothing_new(struct db *db, struct review *r, const struct review_round *round)
{
	struct stmt *q = db_sql(db,
		"SELECT 1 FROM decision d WHERE d.application = :application "
		"AND d.round = :round AND d.step = 'make' AND "
		"(EXISTS (SELECT 1 FROM identity_check c WHERE "
		"c.application = d.application AND c.made_at > d.decided_at) "
		"OR EXISTS (SELECT 1 FROM screening_hit h WHERE "
		"h.application = d.application AND h.made_at > d.decided_at))");
	bool news;
	enum err e;

	db_put_int(q, "application", r->now.id);
	db_put_int(q, "round", round->round);
	news = db_row(q);
	e = db_done(q);
	return e != OK || !news
		       ? e
		       : refuse(r, ERR_CONFLICT, "verdict",
				"Since this was proposed there is news of who "
				"the person is: please send it back.");
}

static enum err
check(struct db *db, struct review *r, const struct review_round *round)
{
	bool agree = is(r->verdict, "agree");
	bool approve = is(round->verdict, "approve");
	enum err e = OK;

	r->reason = "";
	if (review_is_maker(round, r->user, r->customer))
		return refuse(r, ERR_FORBIDDEN, "verdict",
			      "You made this proposal: somebody else has to "
			      "check it.");
	if (!agree && *r->note == '\0')
		return refuse(r, ERR_INPUT, "note", "Please say why.");
	if (agree && approve &&
	    ((e = may_open(db, r)) != OK ||
	     (e = nothing_new(db, r, round)) != OK))
		return e;
	if ((e = say(db, r, round, "check")) != OK ||
	    (e = application_audit(db, &r->now, r->who,
				   agree ? "application.agree"
					 : "application.disagree",
				   detail_of(r, round, round->verdict,
					     round->reason))) != OK || !agree)
		return e;
	return approve ? opening_do(db, r->pool, &r->now, r->who)
		       : decline(db, r, round->reason);
}

/* What they looked at is what stands. */
static enum err
in_time(struct review *r, const struct review_round *round)
{
	bool checks = is(r->verdict, "agree") || is(r->verdict, "disagree");

	if (!is(r->now.state, "sent"))
		return refuse(r, ERR_CONFLICT, "verdict",
			      "This application is not waiting for us.");
	if (r->round != 0 && r->round != round->round)
		return refuse(r, ERR_CONFLICT, "verdict",
			      "Somebody else was quicker. Please look again.");
	if (checks == round->proposed)
		return OK;
	return refuse(r, ERR_CONFLICT, "verdict",
		      checks ? "There is no proposal to check."
			     : "A proposal waits for a second person already.");
}

static enum err
may_speak(struct db *db, struct review *r, const struct review_round *round)
{
	enum err e;
	bool own;

	if (r->now.sent_at == 0)
		return ERR_MISSING;
	if ((e = review_own(db, r->now.id, r->customer, &own)) != OK)
		return e;
	if (own)
		return refuse(r, ERR_FORBIDDEN, "verdict",
			      "This is your own application.");
	return in_time(r, round);
}

static enum err
decide_work(struct db *db, void *arg)
{
	struct review *r = arg;
	struct review_round round;
	enum err e;

	r->field = r->complaint = NULL;
	e = application_find(db, r->pool, r->application, &r->now);
	if (e != OK || (e = review_round(db, r->pool, r->now.id, &round)) !=
			       OK || (e = may_speak(db, r, &round)) != OK)
		return e;
	if (round.proposed)
		return check(db, r, &round);
	if (is(r->verdict, "ask"))
		return ask(db, r, &round);
	return propose(db, r, &round);
}

enum err
review_decide(struct db *db, struct review *r)
{
	return db_write(db, decide_work, r);
}
