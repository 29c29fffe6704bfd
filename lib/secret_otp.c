/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* secret_otp.c: what an authenticator app computes, computed again. */
#include "lib/secret_otp.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "lib/secret.h"
#include "lib/secret_bits.h"

enum { COUNTER = 8, STEPS_OFF = 1 };

char *
secret_hotp(char out[SECRET_OTP_DIGITS + 1], const struct secret_otp *o,
	    uint64_t counter)
{
	uint8_t bytes[COUNTER], hash[SECRET_HMAC_MAX], *at;
	size_t len;
	uint32_t n, all = 1;
	int i;

	for (i = COUNTER - 1; i >= 0; i--, counter >>= 8)
		bytes[i] = (uint8_t)counter;
	len = secret_hmac(o->hash, hash, o->key, o->len, bytes, COUNTER);
	at = hash + (hash[len - 1] & 15);
	n = (at[0] & 0x7fu) << 24 | (uint32_t)at[1] << 16 |
	    (uint32_t)at[2] << 8 | at[3];
	for (i = 0; i < o->digits; i++)
		all *= 10;
	snprintf(out, SECRET_OTP_DIGITS + 1, "%0*u", o->digits,
		 (unsigned)(n % all));
	return out;
}

int64_t
secret_totp_step(int64_t at)
{
	return at / 1000 / SECRET_OTP_STEP_S;
}

bool
secret_totp_fits(const struct secret_otp *o, const char *code, int64_t at,
		 int64_t after, int64_t *step)
{
	char want[SECRET_OTP_DIGITS + 1], have[SECRET_OTP_DIGITS + 1] = "";
	size_t len = strlen(code);
	int64_t now = secret_totp_step(at), s;
	bool fits = false, equal;

	memcpy(have, code, len < sizeof have ? len : sizeof have);
	for (s = now - STEPS_OFF; s <= now + STEPS_OFF; s++) {
		secret_hotp(want, o, (uint64_t)s);
		equal = secret_equal(want, have, (size_t)o->digits + 1);
		if (equal & (s > after)) {
			fits = true;
			*step = s;
		}
	}
	return fits;
}

static const char base32[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

char *
secret_base32(char *out, const void *data, size_t len)
{
	const uint8_t *s = data;
	unsigned bits = 0;
	char *at = out;
	int held = 0;

	for (; len > 0; len--) {
		bits = bits << 8 | *s++;
		for (held += 8; held >= 5; held -= 5)
			*at++ = base32[bits >> (held - 5) & 31];
	}
	if (held > 0)
		*at++ = base32[bits << (5 - held) & 31];
	*at = '\0';
	return out;
}

/* The value of a letter; -1: passed over, -2: no letter of base32. */
static int
base32_value(char c)
{
	const char *found;

	if (c == ' ' || c == '-')
		return -1;
	found = strchr(base32, toupper((unsigned char)c));
	return found != NULL ? (int)(found - base32) : -2;
}

/* Padding ends the text; what is left over must be no more than zero bits. */
long
secret_unbase32(void *out, size_t room, const char *text)
{
	struct secret_bits b = {.out = out, .room = room, .width = 5};
	int value;

	for (; *text != '\0' && *text != '='; text++) {
		value = base32_value(*text);
		if (value == -2 ||
		    (value != -1 && !secret_bits_put(&b, (unsigned)value)))
			return -1;
	}
	return text[strspn(text, "=")] != '\0' ? -1 : secret_bits_end(&b);
}
