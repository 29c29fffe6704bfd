/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* secret_password.c: tests that only the right password signs in. */
#include "lib/secret_password.c"

#include "t/tap.h"

static const struct secret_cost cheap = {1, 64, 1, 0};

/* The vectors of the Argon2 reference implementation. */
static void
test_argon2_vectors(void)
{
	static const char *const encoded[] = {
		"$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$"
		"nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4",
		"$argon2id$v=19$m=256,t=2,p=2$c29tZXNhbHQ$"
		"bQk8UB/VmZZF4Oo79iDXuL5/0ttZwg2f/5U52iv1cDc",
	};
	bool stale = false;

	for (int i = 0; i < 2; i++)
		is_int(secret_password_check(encoded[i], "password", cheap,
					     &stale), OK,
		       "published Argon2id vector %d holds", i + 1);
	ok(stale, "a password stretched otherwise than wanted now is stale");
	is_int(secret_password_check(encoded[0], "Password", cheap, NULL),
	       ERR_CREDENTIALS, "another password is not the password");
}

/* The least of nine times, for other work may slow any one of them. */
static int64_t
fastest(const char *encoded, struct secret_cost cost)
{
	int64_t least = INT64_MAX, took;

	for (int i = 0; i < 9; i++) {
		took = clock_mono();
		secret_password_check(encoded, "wrong", cost, NULL);
		took = clock_mono() - took;
		least = took < least ? took : least;
	}
	return least;
}

static void
test_password(struct pool *p)
{
	static const char *const damaged[] = {
		"", "$", "password", "$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ",
		"$argon2id$v=19$m=0,t=2,p=1$c29tZXNhbHQ$"
		"nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4",
		"$argon2id$v=19$m=9999999,t=2,p=1$c29tZXNhbHQ$"
		"nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4",
		"$argon2id$v=19$m=256,t=0,p=1$c29tZXNhbHQ$"
		"nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4",
		"$argon2id$v=19$m= 256,t=2,p=1$c29tZXNhbHQ$"
		"nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4",
		"$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$"
		"nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4$",
		"$argon2id$v=19$m=256,t=2,p=1$c29t$"
		"nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4",
	};
	const struct secret_cost dear = {
		2, (unsigned)tap_times(19456, 2048), 1, 0};
	char *a = secret_password(p, "correct horse", cheap);
	char *b = secret_password(p, "correct horse", cheap);
	bool stale = true, refused = true;
	int64_t known, unknown;

	ok(strncmp(a, "$argon2id$v=19$m=64,t=1,p=1$", 28) == 0,
	   "a password at rest names how it was stretched");
	ok(strcmp(a, b) != 0, "the same password twice rests differently");
	ok(secret_password_check(a, "correct horse", cheap, &stale) == OK &&
	   !stale, "the right password is right and not stale");
	is_int(secret_password_check(a, "correct hors", cheap, &stale),
	       ERR_CREDENTIALS, "a password short of a letter is wrong");
	is_int(secret_password_check(a, "", cheap, &stale), ERR_CREDENTIALS,
	       "no password is wrong");
	for (size_t i = 0; i < sizeof damaged / sizeof *damaged; i++)
		refused = refused &&
			  secret_password_check(damaged[i], "password", cheap,
						NULL) == ERR_CREDENTIALS;
	ok(refused, "a damaged password at rest lets nobody in");
	is_int(secret_password_check(NULL, "wrong", cheap, NULL),
	       ERR_CREDENTIALS, "who is not known cannot sign in");
	known = fastest(secret_password(p, "correct horse", dear), dear);
	unknown = fastest(NULL, dear);
	printf("# known %d us, unknown %d us\n", (int)(known / 1000),
	       (int)(unknown / 1000));
	ok(unknown > known / 4 && unknown < known * 4,
	   "and waits as long as who is");
}

static void *
sign_in(void *arg)
{
	bool *good = arg;
	struct pool *p = pool_new();
	char *encoded = secret_password(p, "x", cheap);

	*good = secret_password_check(encoded, "x", cheap, NULL) == OK;
	pool_free(p);
	return NULL;
}

static void
test_crowd(void)
{
	pthread_t threads[12];
	bool good[12] = {false}, all = true;

	secret_hashes(1, 12);
	for (int i = 0; i < 12; i++)
		pthread_create(&threads[i], NULL, sign_in, &good[i]);
	secret_hashes(3, 12);
	for (int i = 0; i < 12; i++) {
		pthread_join(threads[i], NULL);
		all = all && good[i];
	}
	ok(all, "a crowd signing in at once is served, a few at a time");
}

struct wait {
	enum err verdict;
	int64_t took;
};

static void *
wait_turn(void *arg)
{
	static const struct secret_cost dear = {1, 65536, 1, 19};
	struct wait *w = arg;
	int64_t began = clock_mono();

	w->verdict = secret_password_check(NULL, "x", dear, NULL);
	w->took = clock_mono() - began;
	return NULL;
}

/* Who finds the queue full is told at once; nobody waits for long. */
static void
test_queue(struct pool *p)
{
	struct wait waits[32];
	pthread_t threads[32];
	int served = 0, sent = 0, late = 0;
	bool stale = true;
	char *encoded = secret_password(p, "x", cheap);

	secret_hashes(1, 3);
	for (int i = 0; i < 32; i++)
		pthread_create(&threads[i], NULL, wait_turn, &waits[i]);
	for (int i = 0; i < 32; i++) {
		pthread_join(threads[i], NULL);
		served += waits[i].verdict == ERR_CREDENTIALS;
		sent += waits[i].verdict == ERR_RATE;
		late += waits[i].verdict == ERR_RATE &&
			waits[i].took > 5000000000;
	}
	printf("# %d served, %d sent away\n", served, sent);
	is_int(served + sent, 32, "of a crowd each is served or sent away");
	ok(served >= 4 && served <= 16, "one at work and three in the queue");
	is_int(late, 0, "and nobody waits to be sent away");
	secret_hashes(1, 0);
	is_int(secret_password_check(encoded, "x", cheap, &stale), OK,
	       "without a queue one at a time is served");
	ok(!stale, "and not stale");
	secret_hashes(0, -1);
	is_int(secret_password_check(encoded, "x", cheap, NULL), OK,
	       "and never none");
	secret_hashes(2, 12);
}

static void
test_rest(struct pool *p)
{
	char *encoded = secret_password(p, "x", cheap);
	int64_t began = clock_mono();

	ok(rest_after(50000000, 48000000) == 0,
	   "a run that nobody kept waiting lets the next begin at once");
	ok(rest_after(90000000, 50000000) == 180000000,
	   "one that waited for a processor gives the machine twice as long");
	ok(rest_after(90000000000, 50000000) == 1000000000,
	   "but no more than a second");
	place_take(true);
	place_leave(300000000);
	is_int(secret_password_check(encoded, "x", cheap, NULL), OK,
	       "who comes meanwhile is served");
	ok(clock_mono() - began >= 300000000, "afterwards");
}

int
main(void)
{
	struct pool *p = pool_new();

	test_argon2_vectors();
	test_password(p);
	test_crowd();
	test_queue(p);
	test_rest(p);
	pool_free(p);
	return tap_done();
}
