/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* application_code.c: tests of the codes that say where an applicant is
 * reached, and of the link that leads back. */
#include "bank/application_code.h"

#include <string.h>

#include "bank/intake.h"
#include "bank/message.h"
#include "lib/clock.h"
#include "t/lib/apply.h"
#include "t/lib/deal.h"
#include "t/lib/fault.h"

/* Somebody at an application with a session. */
struct desk {
	struct bank *bank;
	struct application a;
	uint8_t session[SECRET_HASH];
	const char *sent;
};

static struct desk
sit(struct bank *b)
{
	struct desk d = {.bank = b, .a = apply_begin(b)};
	struct application_session s;

	application_session_find(b->db, b->pool, apply_session(b, &d.a), &s);
	db_rest(b->db);
	memcpy(d.session, s.token_hash, sizeof d.session);
	return d;
}

static struct application_code
of(struct desk *d, const char *channel, const char *code)
{
	return (struct application_code){
		.pool = d->bank->pool, .session = d->session,
		.channel = channel, .code = code, .who = &apply_actor,
		.application = d->a};
}

static enum err
send(struct desk *d, const char *channel, struct application_code *x)
{
	*x = of(d, channel, NULL);
	return application_code_send(d->bank->db, x);
}

static enum err
give(struct desk *d, const char *channel, const char *code,
     struct application_code *x)
{
	enum err e;

	*x = of(d, channel, code);
	e = application_code_try(d->bank->db, x);
	d->a = x->application;
	return e;
}

/* The newest message's template and where it goes. */
static const char *
message(struct bank *b)
{
	struct message m, last = {.template = "", .recipient = ""};

	while (message_take(b->db, b->pool, CLOCK_DAY_MS, &m) == OK)
		last = m;
	return pool_printf(b->pool, "%s to %s", last.template,
			   last.recipient);
}

static void
empty(struct bank *b)
{
	bank_tamper(b, "DELETE FROM outbox; DELETE FROM rate");
}

static void
test_mobile(struct bank *b)
{
	struct desk d = sit(b);
	struct application_code x;
	const char *code;

	empty(b);
	is_int(give(&d, "mobile", "123456", &x), ERR_MISSING,
	       "no code is right before one was sent");
	is_int(send(&d, "mobile", &x), OK, "a code is sent");
	ok(strcmp(x.challenge.channel, "sms") == 0 &&
		   strcmp(x.challenge.sent_to, "··· 78") == 0,
	   "to the number, of which little is shown");
	code = bank_code(b);
	is_text(message(b), "code-apply to +4915112345678",
		"it goes where it is to be confirmed");
	is_int(give(&d, "email", code, &x), ERR_MISSING,
	       "it confirms no mail");
	is_int(give(&d, "mobile", deal_wrong(b, code), &x), ERR_OTP,
	       "another code is wrong");
	is_int(x.challenge.tries_left, 4, "and costs one try");
	is_int(apply_acts(b, &d.a, "application.code_wrong"), 1, "on record");
	db_rest(b->db);
	is_int(give(&d, "mobile", code, &x), OK, "the right one confirms it");
	ok(d.a.mobile_at == BANK_NOW && d.a.email_at == 0, "and nothing else");
	is_int(give(&d, "mobile", code, &x), ERR_CONFLICT, "once");
	is_int(send(&d, "mobile", &x), ERR_CONFLICT,
	       "what is confirmed needs no code");
	is_text(message(b), " to ", "and no link goes by text message");
}

static void
test_email(struct bank *b)
{
	struct desk d = sit(b);
	struct application_code x;

	empty(b);
	is_int(send(&d, "email", &x), OK, "a code by mail");
	is_int(give(&d, "email", bank_code(b), &x), OK, "is right");
	is_text(message(b), "apply-link to nora@new.example",
		"the link to go on elsewhere follows");
	is_int(apply_acts(b, &d.a, "application.email"), 1, "on record");
	db_rest(b->db);
}

static void
test_again(struct bank *b)
{
	struct desk d = sit(b);
	struct application_code x;
	const char *first;

	empty(b);
	send(&d, "mobile", &x);
	first = bank_code(b);
	is_int(send(&d, "mobile", &x), ERR_RATE, "a second too soon is not");
	clock_freeze(BANK_NOW + 30 * CLOCK_SECOND);
	bank_tamper(b, "DELETE FROM outbox");
	is_int(send(&d, "mobile", &x), OK, "after half a minute it is");
	is_int(x.challenge.resends_left, 2, "three times in all");
	is_int(give(&d, "mobile", first, &x), ERR_OTP,
	       "the first is good no more");
	application_get(b->db, b->pool, d.a.id, &x.application);
	is_int(application_code_look(b->db, &x), OK,
	       "what was sent can be looked at");
	is_int(x.challenge.tries_left, 4, "with the tries left");
	db_rest(b->db);
	clock_freeze(BANK_NOW + 30 * CLOCK_SECOND + 5ll * CLOCK_MINUTE);
	is_int(give(&d, "mobile", bank_code(b), &x), ERR_MISSING,
	       "after five minutes it is over");
	is_int(send(&d, "mobile", &x), OK, "a new one can be had");
	is_int(x.challenge.resends_left, 3, "from the beginning");
	clock_freeze(BANK_NOW);
}

static void
test_changed(struct bank *b)
{
	struct desk d = sit(b);
	struct application_code x;
	const char *code;

	empty(b);
	send(&d, "mobile", &x);
	code = bank_code(b);
	apply_contact(b, &d.a, d.a.name, d.a.email, "+4915187654321");
	is_int(give(&d, "mobile", code, &x), ERR_MISSING,
	       "a code for one number confirms no other");
	bank_tamper(b, "DELETE FROM outbox");
	is_int(send(&d, "mobile", &x), OK, "the other gets its own");
	is_text(message(b), "code-apply to +4915187654321", "there");
	apply_contact(b, &d.a, d.a.name, "+4915187654321", d.a.mobile);
	is_int(give(&d, "email", code, &x), ERR_MISSING,
	       "nor one for a mail that reads the same");
}

static void
test_others(struct bank *b)
{
	struct desk d = sit(b), other = sit(b), thief;
	struct application_code x;
	const char *code;

	empty(b);
	send(&d, "mobile", &x);
	code = bank_code(b);
	is_int(give(&other, "mobile", code, &x), ERR_MISSING,
	       "another application's code is none");
	thief = other;
	thief.a = d.a;
	is_int(give(&thief, "mobile", code, &x), ERR_MISSING,
	       "nor is one given in another session");
	apply_do(b, apply_mobile, &d.a);
	is_int(give(&d, "mobile", code, &x), ERR_CONFLICT,
	       "what is done is done");
}

static void
test_guessing(struct bank *b)
{
	struct desk d = sit(b), next = sit(b);
	struct application_code x;
	int i, k;

	empty(b);
	for (i = 0; i < 3; i++) {
		is_int(send(&d, "mobile", &x), OK, "code %d", i + 1);
		for (k = 0; k < 5; k++)
			give(&d, "mobile", deal_wrong(b, bank_code(b)), &x);
		is_int(x.challenge.tries_left, 0, "dies of five guesses");
		is_int(give(&d, "mobile", bank_code(b), &x),
		       i < 2 ? ERR_EXPIRED : ERR_LOCKED,
		       "and is not right any more");
	}
	is_int(send(&d, "mobile", &x), ERR_LOCKED,
	       "after three there is none until tomorrow");
	is_int(send(&d, "email", &x), ERR_LOCKED, "not by mail either");
	is_int(send(&next, "email", &x), OK, "another application has its own");
	clock_freeze(BANK_NOW + CLOCK_DAY_MS);
	d = sit(b);
	is_int(send(&d, "mobile", &x), OK, "tomorrow is another day");
	clock_freeze(BANK_NOW);
}

static void
test_flooding(struct bank *b)
{
	struct application_code x;
	struct desk d;
	int i;

	empty(b);
	for (i = 0; i < 10; i++) {
		d = sit(b);
		send(&d, "mobile", &x);
	}
	d = sit(b);
	is_int(send(&d, "mobile", &x), ERR_RATE,
	       "ten codes a day go to a number, whoever asks");
	is_int(x.wait_ms, CLOCK_DAY_MS, "for a day");
	is_int(send(&d, "email", &x), OK, "its mail is not its number");
	for (i = 1; i < 10; i++) {
		d = sit(b);
		apply_contact(b, &d.a, d.a.name, i % 2 != 0
				? "Nora@new.example" : "NORA@New.Example",
			      d.a.mobile);
		send(&d, "email", &x);
	}
	apply_contact(b, &d.a, d.a.name, "nORA@new.example", d.a.mobile);
	is_int(send(&d, "email", &x), ERR_RATE,
	       "nor is it another mailbox for its capital letters");
}

static void
test_pumping(struct bank *b)
{
	struct desk d = sit(b);
	struct application_code x;
	int i;

	empty(b);
	for (i = 0; i < 20; i++) {
		apply_contact(b, &d.a, d.a.name, d.a.email,
			      pool_printf(b->pool, "+4915100000%03d", i));
		send(&d, "mobile", &x);
	}
	is_int(bank_count(b, "SELECT count(*) AS n FROM outbox"), 20,
	       "one application has twenty codes sent a day");
	db_rest(b->db);
	apply_contact(b, &d.a, d.a.name, d.a.email, "+4915100000020");
	is_int(send(&d, "mobile", &x), ERR_RATE,
	       "whatever number it names next");
	is_int(send(&d, "email", &x), ERR_RATE, "or mail");
}

static void
test_no_carrier(struct bank *b)
{
	struct desk d = sit(b);
	struct application_code x;

	empty(b);
	bank_set(b, "MESSAGE_DELIVERY", "real");
	is_int(send(&d, "mobile", &x), ERR_MISSING,
	       "without a carrier no text message is sent");
	bank_set(b, "TWILIO_ACCOUNT_SID", "AC1");
	bank_set(b, "TWILIO_AUTH_TOKEN", "secret");
	bank_set(b, "TWILIO_WHATSAPP_NUMBER", "+15005550006");
	bank_set(b, "TWILIO_CONTENT_SID_CODE", "HX1");
	is_int(send(&d, "mobile", &x), OK, "WhatsApp can be one");
	is_text(x.challenge.channel, "whatsapp", "it is taken");
	d = sit(b);
	bank_set(b, "TWILIO_MOBILE_NUMBER", "+15005550006");
	send(&d, "mobile", &x);
	is_text(x.challenge.channel, "sms", "a text message goes before it");
	d = sit(b);
	bank_set(b, "DEFAULT_AUTHENTICATION_TYPE", "WHATSAPP");
	send(&d, "mobile", &x);
	is_text(x.challenge.channel, "whatsapp", "unless the bank says so");
	bank_set(b, "DEFAULT_AUTHENTICATION_TYPE", "AUTO");
	bank_set(b, "MESSAGE_DELIVERY", "inbox");
}

static void
ask(struct bank *b, const char *email, const char *mobile)
{
	struct intake i = {.pool = b->pool, .who = &apply_actor,
			   .purpose = "apply", .customer_id = "",
			   .tax_id = "", .birth_date = "", .user_id = "",
			   .password = "", .email = email, .mobile = mobile};

	is_int(intake_ask(b->db, &i), OK, "a link is asked for");
	is_int(intake_run_due(b->db), OK, "the bank looks");
}

static void
test_lost(struct bank *b)
{
	struct application a = apply_begin(b);
	int i;

	bank_tamper(b, "UPDATE application SET mobile_at = NULL");
	empty(b);
	ask(b, "nora@new.example", "+4915112345678");
	is_text(message(b), " to ", "for what was not confirmed there is none");
	apply_do(b, apply_mobile, &a);
	apply_do(b, apply_email, &a);
	ask(b, "nora@new.example", "+4915112345679");
	is_text(message(b), " to ", "nor for another number");
	ask(b, "NORA@new.example", "+49 151 12345678");
	is_text(message(b), "apply-link to nora@new.example",
		"for the right ones it is sent to the mail");
	is_int(apply_acts(b, &a, "application.link"), 1, "and on record");
	db_rest(b->db);
	for (i = 0; i < 12; i++)
		ask(b, i % 2 != 0 ? "no-ra@new.example" : "nora@new.example",
		    "+4915112345678");
	is_int(bank_count(b, "SELECT count(*) AS n FROM outbox"), 10,
	       "ten a day to one mail, however it is typed");
	is_int(bank_count(b, "SELECT count(*) AS n FROM challenge WHERE "
			     "state = 'asked'"),
	       0, "and nothing is left waiting");
	db_rest(b->db);
}

static enum err
start_fault(struct bank *b, struct pool *pool, void *arg)
{
	struct application_start s = {
		.pool = pool, .who = &apply_actor,
		.application = *(struct application *)arg};

	return application_start(b->db, &s);
}

static enum err
send_fault(struct bank *b, struct pool *pool, void *arg)
{
	struct application_code x = of(arg, "email", NULL);

	x.pool = pool;
	return application_code_send(b->db, &x);
}

static enum err
try_fault(struct bank *b, struct pool *pool, void *arg)
{
	struct application_code x = of(arg, "email", NULL);

	x.code = ((struct desk *)arg)->sent;
	x.pool = pool;
	return application_code_try(b->db, &x);
}

static void
test_faults(struct bank *b)
{
	struct desk d = sit(b);

	empty(b);
	fault_loop(b, "beginning", start_fault, &d.a, OK);
	fault_loop(b, "sending a code", send_fault, &d, OK);
	d.sent = bank_code(b);
	db_rest(b->db);
	fault_loop(b, "giving a code", try_fault, &d, OK);
}

int
main(void)
{
	struct bank b;

	bank_open(&b);
	apply_bank(&b);
	test_mobile(&b);
	test_email(&b);
	test_again(&b);
	test_changed(&b);
	test_others(&b);
	test_guessing(&b);
	test_flooding(&b);
	test_pumping(&b);
	test_no_carrier(&b);
	test_lost(&b);
	test_faults(&b);
	bank_close(&b);
	return tap_done();
}
