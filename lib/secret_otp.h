/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* secret_otp.h: codes that an authenticator app counts out, HOTP (RFC 4226)
 * and TOTP (RFC 6238), and base32, in which their secrets are written. */
#ifndef CLICKNET_SECRET_OTP_H
#define CLICKNET_SECRET_OTP_H

#include "lib/secret_hmac.h"

enum { SECRET_OTP_DIGITS = 9, SECRET_OTP_STEP_S = 30 };

/* ${digits} is 6 to SECRET_OTP_DIGITS. */
struct secret_otp {
	enum secret_hmac hash;
	const void *key;
	size_t len;
	int digits;
};

/* The code of a counter, zero-padded and NUL-ended. */
char *secret_hotp(char out[SECRET_OTP_DIGITS + 1], const struct secret_otp *,
		  uint64_t counter);

/* The step of 30 s an instant (ms) lies in: the counter of TOTP. */
int64_t secret_totp_step(int64_t at);

/* Is ${code} right at ${at}, give or take one step, and its step later than
 * ${after}? Then *step is that step, to be kept: a code counts once. Takes the
 * same time whatever is right of it. */
bool secret_totp_fits(const struct secret_otp *, const char *code, int64_t at,
		      int64_t after, int64_t *step);

/* Base32 without padding; ${out} has room for (8n+4)/5+1 bytes. The reader
 * forgives lower case, blanks, dashes and padding; it returns the length, or
 * -1 if it is not that form or longer than ${room}. */
char *secret_base32(char *out, const void *data, size_t len);
long secret_unbase32(void *out, size_t room, const char *text);

#endif
