/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* secret_otp.c: tests of an app's codes against the vectors of RFC 4226 and
 * RFC 6238, and of base32 against those of RFC 4648. */
#include "lib/secret_otp.h"

#include <string.h>

#include "t/tap.h"

static const char digits[] =
	"1234567890123456789012345678901234567890123456789012345678901234";
static const struct secret_otp sha1 = {SECRET_HMAC_SHA1, digits, 20, 6};

static void
test_hotp(void)
{
	static const char *const codes[] = {
		"755224", "287082", "359152", "969429", "338314",
		"254676", "287922", "162583", "399871", "520489"};
	char code[SECRET_OTP_DIGITS + 1];

	for (unsigned i = 0; i < 10; i++)
		is_text(secret_hotp(code, &sha1, i), codes[i],
			"HOTP: counter %u gives %s", i, codes[i]);
}

static void
test_totp(void)
{
	static const struct {
		int64_t at;
		const char *codes[3];
	} vectors[] = {
		{59, {"94287082", "46119246", "90693936"}},
		{1111111109, {"07081804", "68084774", "25091201"}},
		{1111111111, {"14050471", "67062674", "99943326"}},
		{1234567890, {"89005924", "91819424", "93441116"}},
		{2000000000, {"69279037", "90698825", "38618901"}},
		{20000000000, {"65353130", "77737706", "47863826"}},
	};
	struct secret_otp o[] = {{SECRET_HMAC_SHA1, digits, 20, 8},
				 {SECRET_HMAC_SHA256, digits, 32, 8},
				 {SECRET_HMAC_SHA512, digits, 64, 8}};
	char code[SECRET_OTP_DIGITS + 1];

	for (size_t i = 0; i < sizeof vectors / sizeof *vectors; i++)
		for (int h = 0; h < 3; h++)
			is_text(secret_hotp(code, &o[h],
					    (uint64_t)secret_totp_step(
						    vectors[i].at * 1000)),
				vectors[i].codes[h],
				"TOTP: %lld s gives %s",
				(long long)vectors[i].at,
				vectors[i].codes[h]);
	is_text(secret_hotp(code, &sha1, (uint64_t)secret_totp_step(59000)),
		"287082", "six digits are the last six");
}

static bool
fits(const char *code, int64_t at_s, int64_t after, int64_t *step)
{
	*step = -1;
	return secret_totp_fits(&sha1, code, at_s * 1000, after, step);
}

/* Steps 0 to 9 have the codes of HOTP. */
static void
test_fits(void)
{
	int64_t step;

	ok(fits("254676", 5 * 30, 0, &step) && step == 5,
	   "a code is right in its step");
	ok(fits("254676", 6 * 30, 0, &step) && step == 5,
	   "and in the one after");
	ok(fits("254676", 4 * 30, 0, &step) && step == 5,
	   "and in the one before");
	ok(!fits("254676", 7 * 30, 0, &step) && step == -1,
	   "two after it is over");
	ok(!fits("254676", 3 * 30 + 29, 0, &step),
	   "two before it is not yet right");
	ok(!fits("254676", 5 * 30, 5, &step), "the same step counts once");
	ok(!fits("338314", 5 * 30, 5, &step), "an earlier one no longer");
	ok(fits("287922", 5 * 30, 5, &step) && step == 6, "a later one does");
	ok(!fits("", 5 * 30, 0, &step), "no code is none");
	ok(!fits("25467", 5 * 30, 0, &step), "five digits are none");
	ok(!fits("2546760", 5 * 30, 0, &step), "nor are seven");
	ok(!fits("25467600000000000", 5 * 30, 0, &step), "nor are many");
}

static void
test_base32(void)
{
	static const char *const vectors[][2] = {
		{"", ""}, {"f", "MY"}, {"fo", "MZXQ"}, {"foo", "MZXW6"},
		{"foob", "MZXW6YQ"}, {"fooba", "MZXW6YTB"},
		{"foobar", "MZXW6YTBOI"},
		{"12345678901234567890", "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"}};
	static const char *const bad[] = {"M", "MZX", "MZXW6Y", "MZ", "MZ1Q",
					  "M0", "MY==X", "MZXQ!", "M\xc3\xa9"};
	char text[64];
	uint8_t back[32];
	size_t i;

	for (i = 0; i < sizeof vectors / sizeof *vectors; i++) {
		const char *plain = vectors[i][0], *want = vectors[i][1];

		is_text(secret_base32(text, plain, strlen(plain)), want,
			"base32 writes \"%s\"", want);
		ok(secret_unbase32(back, sizeof back, want) ==
				   (long)strlen(plain) &&
			   memcmp(back, plain, strlen(plain)) == 0,
		   "and reads it");
	}
	for (i = 0; i < sizeof bad / sizeof *bad; i++)
		ok(secret_unbase32(back, sizeof back, bad[i]) == -1,
		   "\"%s\" is no base32", bad[i]);
	ok(secret_unbase32(back, sizeof back, " mzxw 6ytb-oi====== ") == -1,
	   "nothing comes after the padding");
	ok(secret_unbase32(back, sizeof back, " mzxw 6ytb-oi======") == 6 &&
		   memcmp(back, "foobar", 6) == 0,
	   "lower case, blanks, dashes and padding are forgiven");
	ok(secret_unbase32(back, 5, "MZXW6YTBOI") == -1 &&
		   secret_unbase32(back, 6, "MZXW6YTBOI") == 6,
	   "what is longer than its room is refused");
}

int
main(void)
{
	test_hotp();
	test_totp();
	test_fits();
	test_base32();
	return tap_done();
}
