/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* factor.h: Anna with an authenticator app and with recovery codes. */
#ifndef CLICKNET_TEST_FACTOR_H
#define CLICKNET_TEST_FACTOR_H

#include "bank/factor.h"
#include "bank/recovery.h"
#include "t/lib/bank.h"

/* Anna herself; the bank's pool. */
struct factor_owner factor_anna(struct bank *);

/* Her app is added and confirmed; the secret. */
const char *factor_app(struct bank *);

/* What the app of that secret shows ${steps} half minutes from now; pool
 * memory. */
const char *factor_code(struct bank *, const char *secret, int steps);

/* Tries a code as one of Anna's: OK or ERR_OTP, or what broke. */
enum err factor_ask(struct bank *, const char *code);

#endif
