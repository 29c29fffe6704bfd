/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* factor.c: asks each factor in turn. */
#include "bank/factor.h"

#include <string.h>

#include "bank/recovery.h"
#include "bank/totp.h"

bool
factor_counts(const char *purpose)
{
	return strcmp(purpose, "login") == 0 || strcmp(purpose, "step_up") == 0;
}

enum err
factor_list(struct db *db, int64_t user, struct factors *out)
{
	enum err e = totp_usable(db, user, &out->totp);

	return e != OK ? e : recovery_left(db, user, &out->recovery_left);
}

enum err
factor_try(struct db *db, const struct factor_owner *o, const char *code,
	   bool *right)
{
	enum err e = totp_try(db, o, code, right);

	return e != OK || *right ? e : recovery_try(db, o, code, right);
}
