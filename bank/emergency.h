/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* emergency.h: the printed code that, without signing in, ends everything. */
#ifndef CLICKNET_EMERGENCY_H
#define CLICKNET_EMERGENCY_H

#include "bank/event.h"

/* 100 random bits in five groups of four: "7KQ2-...", NUL-ended. */
enum { EMERGENCY_CODE = 25 };

struct emergency {
	bool made, used; /* used: it is good no more */
	int64_t made_at;
};
enum err emergency_get(struct db *, int64_t user, struct emergency *out);

/* A new one in place of the old, which is good no more. The code itself is
 * kept nowhere. Calls db_write, audited. */
enum err emergency_make(struct db *, int64_t user, int64_t customer,
			const struct actor *, char code[EMERGENCY_CODE]);

/* Somebody has lost their phone: ends every session and token of theirs,
 * kills their open codes and what such a code gave the right to, stops what
 * leaves their accounts, tells them. Case, spaces and dashes of ${code} do not
 * matter. ERR_OTP: it is nobody's, or was used. Of ${who} address and device
 * are used. Calls db_write. */
enum err emergency_use(struct db *, struct pool *, const char *code,
		       const struct actor *who);

#endif
