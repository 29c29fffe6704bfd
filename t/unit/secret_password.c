/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* secret_password.c: tests that only the right password signs in. */
#include "lib/secret.h"

#include <pthread.h>

#include "lib/clock.h"
#include "t/tap.h"

static const struct secret_cost cheap = {1, 64, 1};

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

/* The least of three times, for other work may slow any one of them. */
static int64_t
fastest(const char *encoded, struct secret_cost cost)
{
	int64_t least = INT64_MAX, took;

	for (int i = 0; i < 3; i++) {
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
	const struct secret_cost dear = {2, 19456, 1};
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

	secret_hashes(1);
	for (int i = 0; i < 12; i++)
		pthread_create(&threads[i], NULL, sign_in, &good[i]);
	secret_hashes(3);
	for (int i = 0; i < 12; i++) {
		pthread_join(threads[i], NULL);
		all = all && good[i];
	}
	ok(all, "a crowd signing in at once is served, a few at a time");
}

int
main(void)
{
	struct pool *p = pool_new();

	test_argon2_vectors();
	test_password(p);
	test_crowd();
	pool_free(p);
	return tap_done();
}
