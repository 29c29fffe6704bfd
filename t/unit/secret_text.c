/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* secret_text.c: tests of ids in order and of bytes as text. */
#include "lib/secret.h"

#include <pthread.h>

#include "lib/clock.h"
#include "t/tap.h"

static void
test_text(void)
{
	static const char *const hex_bad[] = {"0", "0g", "abc", "0 ", "000"};
	static const char *const url_bad[] = {"A", "AAAAA", "Zg==", "Zh",
					      "Zm9=", "Zm+v", "Zm/v", "Zm 8",
					      "Zm9"};
	static const char *const vectors[][2] = {
		{"", ""}, {"f", "Zg"}, {"fo", "Zm8"}, {"foo", "Zm9v"},
		{"foob", "Zm9vYg"}, {"fooba", "Zm9vYmE"},
		{"foobar", "Zm9vYmFy"}, {"\xfb\xff\xfe", "-__-"},
	};
	uint8_t back[16];
	char text[64];
	bool refused = true;

	for (size_t i = 0; i < sizeof vectors / sizeof *vectors; i++) {
		const char *plain = vectors[i][0], *want = vectors[i][1];

		is_text(secret_base64url(text, plain, strlen(plain)), want,
			"base64url writes \"%s\"", want);
		ok(secret_unbase64url(back, sizeof back, want) ==
		   (long)strlen(plain) &&
		   memcmp(back, plain, strlen(plain)) == 0,
		   "base64url reads \"%s\"", want);
	}
	for (size_t i = 0; i < sizeof url_bad / sizeof *url_bad; i++)
		refused = refused &&
			  secret_unbase64url(back, sizeof back,
					     url_bad[i]) == -1;
	for (size_t i = 0; i < sizeof hex_bad / sizeof *hex_bad; i++)
		refused = refused &&
			  secret_unhex(back, sizeof back, hex_bad[i]) == -1;
	ok(refused, "text that is not exactly the form is refused");
	ok(secret_unbase64url(back, 5, "Zm9vYmFy") == -1 &&
	   secret_unbase64url(back, 6, "Zm9vYmFy") == 6 &&
	   secret_unhex(back, 1, "0102") == -1 &&
	   secret_unhex(back, 2, "0aFf") == 2 && back[1] == 0xff,
	   "text longer than the room for it is refused");
}

static void
test_id_text(void)
{
	static const char *const bad[] = {
		"", "01890a5d-ac96-774b-bcce-b302099a805",
		"01890a5d-ac96-774b-bcce-b302099a80577",
		"01890a5dac96774bbcceb302099a8057",
		"01890a5d-ac96-774b-bcce-b302099a805g",
		"01890a5dxac96x774bxbccexb302099a8057",
		"{1890a5d-ac96-774b-bcce-b302099a805}",
	};
	const char *good = "01890a5d-ac96-774b-bcce-b302099a8057";
	uint8_t id[SECRET_ID];
	char text[SECRET_ID_TEXT];
	bool refused = !secret_id_parse(id, NULL);

	ok(secret_id_parse(id, good) &&
	   strcmp(secret_id_text(text, id), good) == 0,
	   "an id reads as it was written");
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		refused = refused && !secret_id_parse(id, bad[i]);
	ok(refused, "what is no id is refused");
}

/* Makes ${n} ids; true if each is well-formed and above the one before. */
static bool
ids_grow(uint8_t last[SECRET_ID], int n)
{
	uint8_t id[SECRET_ID];
	bool grow = true;

	for (; n > 0; n--) {
		secret_id(id);
		grow = grow && memcmp(id, last, SECRET_ID) > 0 &&
		       id[6] >> 4 == 7 && id[8] >> 6 == 2;
		memcpy(last, id, SECRET_ID);
	}
	return grow;
}

static void *
make_ids(void *arg)
{
	uint8_t last[SECRET_ID] = {0};
	bool *good = arg;

	*good = ids_grow(last, 20000);
	return NULL;
}

static void
test_ids(void)
{
	const int64_t now = INT64_C(1795332600123);
	uint8_t last[SECRET_ID] = {0};
	pthread_t threads[4];
	bool good[4];

	clock_freeze(now);
	secret_id(last);
	ok(memcmp(last, "\x01\xa2\x02\x29\x71\x3b", 6) == 0,
	   "an id begins with the millisecond it was made in");
	ok(ids_grow(last, 20000), "ids grow while the clock stands still");
	clock_freeze(now - CLOCK_DAY_MS);
	ok(ids_grow(last, 20000), "ids grow when the clock goes back a day");
	clock_freeze(now + CLOCK_DAY_MS);
	ok(ids_grow(last, 10), "ids grow when the clock leaps ahead");
	clock_freeze(0);
	ok(ids_grow(last, 1000000), "a million ids grow");
	for (int i = 0; i < 4; i++)
		pthread_create(&threads[i], NULL, make_ids, &good[i]);
	for (int i = 0; i < 4; i++)
		pthread_join(threads[i], NULL);
	ok(good[0] && good[1] && good[2] && good[3],
	   "ids grow for each of several threads");
}

int
main(void)
{
	test_text();
	test_id_text();
	test_ids();
	return tap_done();
}
