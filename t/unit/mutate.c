/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* mutate.c: what a code confirms is changed behind the bank's back, at random
 * and many times (CLICKNET_MUTATIONS, else 1000); then the right code is given,
 * and nothing happens. */
#include <stdlib.h>
#include <string.h>

#include "bank/customer.h"
#include "bank/intake.h"
#include "bank/password.h"
#include "bank/seal.h"
#include "bank/signin.h"
#include "bank/step_up.h"
#include "lib/clock.h"
#include "t/lib/deal.h"
#include "t/lib/factor.h"
#include "t/lib/fault.h"
#include "t/tap.h"

enum { MUTATIONS = 1000, CONTROL_EVERY = 10 };

/* What only counts that something was tried, or carries the code. */
static const char counters[] = " audit audit_head challenge rate totp outbox ";

/* What no mutation is about and every round adds to. */
static const char growing[] =
	" audit audit_head event transfer posting device ";

static const struct actor actor = {"customer", 0, "192.0.2.7", "a browser"};

/* Two of Anna's sessions and one of Ben's. */
struct sessions {
	struct confirm anna, anna_other, ben;
};

/* A code that waits; who may give it. */
struct code {
	uint8_t id[SECRET_ID];
	const char *text;
	const uint8_t *session;
};

struct round {
	struct bank *bank;
	const struct sessions *sessions;
	struct code mine, other;
};

static uint64_t random_state = 20261120;

static size_t
random_below(size_t n)
{
	random_state ^= random_state << 13;
	random_state ^= random_state >> 7;
	random_state ^= random_state << 17;
	return (size_t)(random_state >> 11) % n;
}

static void
pay(struct bank *b, const struct sessions *s, struct code *c)
{
	struct order o =
		deal_order(b, ANNA_CURRENT, BEN_CURRENT, money_of(10, "EUR"));

	o.amount = money_of(10 + (int64_t)random_below(5), "EUR");
	o.session = s->anna.session_new.token_hash;
	deal_give(b, &o);
	memcpy(c->id, deal_challenge(b, &o), SECRET_ID);
	c->session = o.session;
}

static void
sign_in(struct bank *b, const struct sessions *s, struct code *c)
{
	struct challenge found;

	(void)s;
	deal_signin(b, "anna", "correct horse", &found);
	memcpy(c->id, found.id, SECRET_ID);
}

static void
sign_in_ben(struct bank *b, const struct sessions *s, struct code *c)
{
	struct challenge found;

	(void)s;
	deal_signin(b, "ben", "correct horse", &found);
	memcpy(c->id, found.id, SECRET_ID);
}

/* The code is her app's; no message brings one. */
static void
sign_in_app(struct bank *b, const struct sessions *s, struct code *c)
{
	const char *secret = factor_app(b);

	sign_in(b, s, c);
	c->text = factor_code(b, secret, 0);
}

static void
step_up(struct bank *b, const struct sessions *s, struct code *c)
{
	struct step_up up = {.pool = b->pool,
			     .user = b->anna_user,
			     .customer = b->anna,
			     .session = s->anna.session_new.token_hash};

	step_up_begin(b->db, &up);
	memcpy(c->id, up.challenge.id, SECRET_ID);
	c->session = up.session;
}

static void
step_up_ben(struct bank *b, const struct sessions *s, struct code *c)
{
	struct step_up up = {.pool = b->pool,
			     .user = b->ben_user,
			     .customer = b->ben,
			     .session = s->ben.session_new.token_hash};

	step_up_begin(b->db, &up);
	memcpy(c->id, up.challenge.id, SECRET_ID);
	c->session = up.session;
}

static void
password(struct bank *b, const struct sessions *s, struct code *c)
{
	struct password_change p = {.pool = b->pool,
				    .who = &actor,
				    .user = b->anna_user,
				    .customer = b->anna,
				    .user_id = "anna",
				    .session = s->anna.session_new.token_hash,
				    .password = "correct horse",
				    .password_new = "harbour-light"};

	password_change(b->db, &p);
	memcpy(c->id, p.challenge.id, SECRET_ID);
	c->session = p.session;
}

static void
intake(struct bank *b, struct intake *i, struct code *c)
{
	i->pool = b->pool;
	i->who = &actor;
	i->mobile = i->email = "";
	intake_ask(b->db, i);
	intake_run_due(b->db);
	memcpy(c->id, i->challenge.id, SECRET_ID);
}

static void
sign_up(struct bank *b, const struct sessions *s, struct code *c)
{
	struct intake i = {.purpose = "register",
			   .customer_id = "C0003",
			   .tax_id = "TX-88 1",
			   .birth_date = "1988-02-29",
			   .user_id = "cleo"};

	(void)s;
	i.password = password_encode(b->pool, "harbour-light-7");
	intake(b, &i, c);
}

static void
forget(struct bank *b, const struct sessions *s, struct code *c)
{
	struct intake i = {.purpose = "reset",
			   .customer_id = "",
			   .tax_id = "C1",
			   .birth_date = "1990-05-17",
			   .user_id = "anna",
			   .password = ""};

	(void)s;
	intake(b, &i, c);
}

/* What a mutation is about, and what gives the code. */
enum about {
	ANYTHING,
	PAYMENT, /* only payments have it */
	MESSAGE, /* says nothing to an app's code */
	APP,
	GIVEN /* the row stays: the code is given otherwise */
};

static const struct kind {
	const char *name;
	void (*begin)(struct bank *, const struct sessions *, struct code *);
	enum about about;
} kinds[] =
	{
		{"a payment", pay, PAYMENT},
		{"another payment", pay, PAYMENT}, /* most to change */
		{"a sign-in", sign_in, MESSAGE},
		{"a sign-in with an app", sign_in_app, APP},
		{"a step-up", step_up, MESSAGE},
		{"a new password", password, MESSAGE},
		{"a registration", sign_up, MESSAGE},
		{"a forgotten password", forget, MESSAGE},
},
  others[] = {
	  {"a payment", pay, PAYMENT},
	  {"a stranger's sign-in", sign_in_ben, MESSAGE},
	  {"a stranger's step-up", step_up_ben, MESSAGE},
	  {"a step-up", step_up, MESSAGE},
	  {"a forgotten password", forget, MESSAGE},
};
enum {
	KINDS = sizeof kinds / sizeof *kinds,
	OTHERS = sizeof others / sizeof *others
};

/* Another name, sealed as the bank itself would have. */
static void
rename_payee(struct round *r)
{
	struct payment p;
	struct challenge c;
	size_t len;
	void *sealed;
	char *hex;

	challenge_get(r->bank->db, r->bank->pool, r->mine.id, &c);
	payment_get(r->bank->db, r->bank->pool, c.subject, &p);
	db_rest(r->bank->db);
	sealed = secret_seal(r->bank->pool, "payment.payee_name",
			     seal_row(p.id), "Mallory Okoye", &len);
	hex = pool_alloc(r->bank->pool, 2 * len + 1);
	bank_tamper(r->bank,
		    pool_printf(r->bank->pool,
				"UPDATE payment SET payee_name = x'%s'",
				secret_hex(hex, sealed, len)));
}

static void
give_others_code(struct round *r)
{
	r->mine.text = r->other.text;
}

static void
give_in_other(struct round *r)
{
	r->mine.session = r->sessions->anna_other.session_new.token_hash;
}

static void
give_in_bens(struct round *r)
{
	r->mine.session = r->sessions->ben.session_new.token_hash;
}

static void
give_in_none(struct round *r)
{
	r->mine.session = NULL;
}

/* Who changes the row has a session, too. */
static void
move_to_other(struct round *r)
{
	bank_tamper(r->bank,
		    "UPDATE challenge SET session = (SELECT token_hash FROM "
		    "session s WHERE s.user_id = 'anna' AND s.token_hash <> "
		    "challenge.session ORDER BY s.id LIMIT 1) "
		    "WHERE sent_to = 'mine' AND session IS NOT NULL");
	give_in_other(r);
}

static void
move_to_bens(struct round *r)
{
	bank_tamper(r->bank,
		    "UPDATE challenge SET session = (SELECT token_hash FROM "
		    "session s WHERE s.user_id = 'ben') "
		    "WHERE sent_to = 'mine'");
	give_in_bens(r);
}

#define OF_PAYMENT "UPDATE payment SET "
#define OF_MINE "UPDATE challenge SET "
#define WHOLE " WHERE sent_to = 'mine'"
#define OTHERS_(column)                                                        \
	"(SELECT o." column " FROM challenge o "                               \
	"WHERE o.sent_to = 'other')"
#define FROM_OTHER(column) OF_MINE column " = " OTHERS_(column) WHOLE
#define SWAP(column)                                                           \
	"CREATE TEMP TABLE was AS SELECT * FROM challenge;"                    \
	"UPDATE challenge SET " column " = (SELECT w." column " FROM was w "   \
	"WHERE w.sent_to <> challenge.sent_to); DROP TABLE was"

/* ${sql} first, then ${run}. */
static const struct mutation {
	const char *name, *sql;
	void (*run)(struct round *);
	enum about about;
} mutations[] = {
	{"a cent more", OF_PAYMENT "amount = amount + 1", NULL, PAYMENT},
	{"a cent less", OF_PAYMENT "amount = amount - 1", NULL, PAYMENT},
	{"a hundred times as much", OF_PAYMENT "amount = amount * 100", NULL,
	 PAYMENT},
	{"another currency", OF_PAYMENT "currency = 'USD'", NULL, PAYMENT},
	{"another fee", OF_PAYMENT "fee = fee + 1", NULL, PAYMENT},
	{"another payee's account",
	 OF_PAYMENT "to_account = (SELECT id FROM "
		    "account WHERE number = '" ANNA_SAVINGS "')",
	 NULL, PAYMENT},
	{"another payee's account in another currency",
	 OF_PAYMENT "to_account = (SELECT id FROM account WHERE "
		    "number = '" ANNA_YEN "')",
	 NULL, PAYMENT},
	{"another payer's account",
	 OF_PAYMENT "from_account = (SELECT id "
		    "FROM account WHERE number = '" ANNA_SAVINGS "')",
	 NULL, PAYMENT},
	{"both accounts exchanged",
	 OF_PAYMENT "from_account = to_account, "
		    "to_account = from_account",
	 NULL, PAYMENT},
	{"another payee's name", NULL, rename_payee, PAYMENT},
	{"another text", OF_PAYMENT "purpose = 'ransom'", NULL, PAYMENT},
	{"another who ordered it",
	 OF_PAYMENT "bank_user = (SELECT id FROM "
		    "bank_user WHERE user_id = 'ben')",
	 NULL, PAYMENT},
	{"a payment that ended", OF_PAYMENT "state = 'expired'", NULL, PAYMENT},

	{"what another confirms", FROM_OTHER("bound"), NULL, ANYTHING},
	{"another's session", FROM_OTHER("session"), NULL, ANYTHING},
	{"another's subject", FROM_OTHER("subject"), NULL, ANYTHING},
	{"another's purpose", FROM_OTHER("purpose"), NULL, ANYTHING},
	{"another's user", FROM_OTHER("bank_user"), NULL, ANYTHING},
	{"another's customer", FROM_OTHER("customer"), NULL, ANYTHING},
	{"another's user and customer",
	 FROM_OTHER("bank_user") ";" FROM_OTHER("customer"), NULL, ANYTHING},
	{"another's words", FROM_OTHER("data"), NULL, ANYTHING},
	{"no words", OF_MINE "data = NULL" WHOLE, NULL, ANYTHING},
	{"no session", OF_MINE "session = NULL" WHOLE, give_in_none, ANYTHING},
	{"another session, which gives the code", NULL, move_to_other,
	 ANYTHING},
	{"Ben's session, which gives the code", NULL, move_to_bens, ANYTHING},

	{"exchanged purposes", SWAP("purpose"), NULL, ANYTHING},
	{"exchanged users", SWAP("bank_user"), NULL, ANYTHING},
	{"exchanged subjects", SWAP("subject"), NULL, ANYTHING},
	{"exchanged sessions", SWAP("session"), NULL, ANYTHING},
	{"exchanged hashes", SWAP("code_hash"), NULL, MESSAGE},
	{"another's hash and its code", FROM_OTHER("code_hash"),
	 give_others_code, ANYTHING},
	{"another's hash, bound and code",
	 FROM_OTHER("code_hash") ";" FROM_OTHER("bound"), give_others_code,
	 ANYTHING},

	{"a code that is over", OF_MINE "expires_at = 0" WHOLE, NULL, ANYTHING},
	{"a code that was used", OF_MINE "state = 'used'" WHOLE, NULL,
	 ANYTHING},
	{"a code that was guessed at", OF_MINE "state = 'dead'" WHOLE, NULL,
	 ANYTHING},
	{"a code nobody was sent", OF_MINE "code_hash = zeroblob(32)" WHOLE,
	 NULL, MESSAGE},
	{"another code", NULL, give_others_code, GIVEN},
	{"the code in another session", NULL, give_in_other, GIVEN},
	{"the code in Ben's session", NULL, give_in_bens, GIVEN},
	{"the code in no session", NULL, give_in_none, GIVEN},
};
enum { NAMES = sizeof mutations / sizeof *mutations };

struct tally {
	int tried[NAMES], accepted[NAMES];
	int controls[KINDS], refused[KINDS];
	int booked; /* by controls */
};

static enum err
people_work(struct db *db, void *arg)
{
	struct customer c = {.code = "C0003",
			     .name = "Cleo Baptiste",
			     .branch = "",
			     .birth_date = "1988-02-29",
			     .tax_id = "TX-88 1",
			     .mobile = "+4917000000003",
			     .email = "cleo@bank.example",
			     .language = "de"};

	(void)arg;
	return customer_add(db, &c);
}

/* As on the first day, but for the book and the record. */
static void
clean(struct bank *b)
{
	bank_tamper(b,
		    "DELETE FROM challenge; DELETE FROM outbox;"
		    "DELETE FROM payment; DELETE FROM hold; DELETE FROM rate;"
		    "DELETE FROM signin; DELETE FROM idempotency;"
		    "DELETE FROM totp; DELETE FROM password_reset;"
		    "DELETE FROM password_past;"
		    "UPDATE account SET held = 0, used_amount = 0, "
		    "used_count = 0");
}

static void
sessions_begin(struct bank *b, struct sessions *s)
{
	clean(b);
	bank_arrange(b, "DELETE FROM session; DELETE FROM device;"
		       "DELETE FROM bank_user WHERE user_id = 'cleo';"
		       "UPDATE bank_user SET password = (SELECT password FROM "
		       "bank_user b WHERE b.user_id = 'ben')");
	s->anna = deal_browser(b, "anna");
	s->anna_other = deal_browser(b, "anna");
	s->ben = deal_browser(b, "ben");
}

static void
begin(struct round *r, const struct kind *k, struct code *c)
{
	bank_tamper(r->bank, "UPDATE outbox SET data = NULL");
	*c = (struct code){.text = NULL};
	k->begin(r->bank, r->sessions, c);
	if (c->text == NULL)
		c->text = bank_code(r->bank);
}

static struct confirm
give(struct round *r)
{
	struct confirm x = {.pool = r->bank->pool,
			    .id = r->mine.id,
			    .code = r->mine.text,
			    .session = r->mine.session,
			    .who = &actor};

	x.verdict = confirm_code(r->bank->db, &x);
	db_rest(r->bank->db);
	return x;
}

/* Both wait; whose payment is which is told by there being only one. */
static void
begin_two(struct round *r, const struct kind *k)
{
	const struct kind *o = &others[random_below(OTHERS)];

	clean(r->bank);
	while (k->about == PAYMENT && o->about == PAYMENT)
		o = &others[random_below(OTHERS)];
	begin(r, o, &r->other);
	bank_tamper(r->bank, "UPDATE challenge SET sent_to = 'other'");
	begin(r, k, &r->mine);
	bank_tamper(r->bank, "UPDATE challenge SET sent_to = 'mine' "
			     "WHERE sent_to <> 'other'");
}

/* Is something else now than was? */
static bool
change(struct round *r, const struct mutation *m)
{
	struct code was = r->mine;
	uint64_t before = fault_digest_but(r->bank, growing);

	if (m->sql != NULL)
		bank_tamper(r->bank, m->sql);
	if (m->run != NULL)
		m->run(r);
	if (m->about == GIVEN)
		return strcmp(was.text, r->mine.text) != 0 ||
		       (was.session != NULL && was.session != r->mine.session);
	return fault_digest_but(r->bank, growing) != before;
}

/* False: there was nothing to change. */
static bool
mutate(struct round *r, const struct kind *k, size_t which, struct tally *t)
{
	const struct mutation *m = &mutations[which];
	struct confirm x;
	uint64_t before;

	if ((m->about == PAYMENT && k->about != PAYMENT) ||
	    (m->about == MESSAGE && k->about == APP))
		return false;
	begin_two(r, k);
	if (!change(r, m))
		return false;
	before = fault_digest_but(r->bank, counters);
	x = give(r);
	t->tried[which]++;
	if (x.verdict != OK && x.token[0] == '\0' &&
	    fault_digest_but(r->bank, counters) == before)
		return true;
	t->accepted[which]++;
	printf("# %s with %s was answered %s\n", k->name, m->name,
	       err_code(x.verdict));
	return true;
}

/* The same without a mutation. */
static void
control(struct round *r, size_t kind, struct tally *t)
{
	struct confirm x;
	uint64_t before;

	begin_two(r, &kinds[kind]);
	before = fault_digest_but(r->bank, counters);
	x = give(r);
	t->controls[kind]++;
	t->booked += kinds[kind].about == PAYMENT;
	if (x.verdict == OK && fault_digest_but(r->bank, counters) != before)
		return;
	t->refused[kind]++;
	printf("# %s was answered %s\n", kinds[kind].name, err_code(x.verdict));
}

/* Of enough there is every one. */
static void
tally_tell(const struct tally *t, bool all)
{
	int i;

	for (i = 0; i < KINDS; i++)
		ok((t->controls[i] > 0 || !all) && t->refused[i] == 0,
		   "%s goes through unchanged", kinds[i].name);
	for (i = 0; i < NAMES; i++) {
		ok((t->tried[i] > 0 || !all) && t->accepted[i] == 0,
		   "%s: the right code does nothing", mutations[i].name);
		printf("# %d of %d\n", t->accepted[i], t->tried[i]);
	}
}

static void
test_all(struct bank *b, int count)
{
	struct tally t = {.booked = 0};
	struct sessions s;
	struct round r = {.bank = b, .sessions = &s};
	struct pool *pool = b->pool;
	int i = 0;

	while (i < count) {
		b->pool = pool_new();
		sessions_begin(b, &s);
		do
			i += mutate(&r, &kinds[random_below(KINDS)],
				    random_below(NAMES), &t);
		while (i % CONTROL_EVERY != 0);
		control(&r, (size_t)i / CONTROL_EVERY % KINDS, &t);
		pool_free(b->pool);
	}
	b->pool = pool;
	tally_tell(&t, count >= MUTATIONS);
	is_int(bank_count(b, "SELECT count(*) AS n FROM posting "
			     "WHERE kind = 'transfer'"),
	       2 * t.booked,
	       "%d mutations: only what nobody changed is in "
	       "the book",
	       i);
}

int
main(void)
{
	const char *count = getenv("CLICKNET_MUTATIONS");
	struct bank b;

	bank_open(&b);
	db_write(b.db, people_work, NULL);
	test_all(&b, count != NULL
			     ? atoi(count)
			     : tap_times(MUTATIONS, MUTATIONS / 10) /
				       tap_step(5));
	bank_close(&b);
	return tap_done();
}
