/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* err.h: every way a request can end, listed once. */
#ifndef CLICKNET_ERR_H
#define CLICKNET_ERR_H

/* name, HTTP status, machine code, sentence for a person */
#define ERR_LIST(X)                                                          \
	X(OK, 200, "ok", "Done.")                                            \
	X(ERR_INPUT, 422, "input", "Please check the marked fields.")        \
	X(ERR_BAD, 400, "input", "The request could not be understood.")     \
	X(ERR_CAPTCHA, 422, "input",                                         \
	  "Please confirm that you are a person.")                           \
	X(ERR_LOGIN, 401, "login", "Please sign in.")                        \
	X(ERR_CREDENTIALS, 401, "login",                                     \
	  "The user id or the password is not right.")                       \
	X(ERR_OTP, 401, "otp", "The code is not right.")                     \
	X(ERR_SIGNATURE, 401, "login", "The signature is not right.")        \
	X(ERR_PASSKEY, 401, "otp", "The passkey was not accepted.")          \
	X(ERR_FORBIDDEN, 403, "forbidden", "This is not allowed.")           \
	X(ERR_PASSWORD_OLD, 403, "expired",                                  \
	  "Your password has expired. Please choose a new one.")             \
	X(ERR_STEP_UP, 403, "otp", "Please confirm with a code first.")      \
	X(ERR_MISSING, 404, "missing", "There is nothing here.")             \
	X(ERR_METHOD, 405, "method", "This address does not do that.")       \
	X(ERR_CONFLICT, 409, "conflict",                                     \
	  "Something else happened in between. Please look again.")          \
	X(ERR_FUNDS, 409, "funds", "The available balance is too low.")      \
	X(ERR_LIMIT, 409, "limit", "This is beyond the limit.")              \
	X(ERR_EXPIRED, 410, "expired",                                       \
	  "This has expired. Please start again.")                           \
	X(ERR_TOO_BIG, 413, "too_big", "This is larger than we accept.")     \
	X(ERR_KEY_MISSING, 400, "input", "An Idempotency-Key is needed.")    \
	X(ERR_KEY_REUSED, 422, "input",                                      \
	  "This Idempotency-Key was used for another request.")              \
	X(ERR_LOCKED, 423, "locked",                                         \
	  "Sign-in is locked after too many wrong attempts. "                \
	  "Please contact the bank.")                                        \
	X(ERR_RATE, 429, "rate", "Too many requests. Please wait a moment.") \
	X(ERR_INTERNAL, 500, "internal",                                     \
	  "Something went wrong on our side. Nothing was half done.")        \
	X(ERR_BUSY, 503, "busy",                                             \
	  "The bank is busy. Nothing was done; please try again.")           \
	X(ERR_DOWN, 503, "down", "The bank is closed for maintenance.")

#define ERR_NAME(name, status, code, sentence) name,
enum err { ERR_LIST(ERR_NAME) ERR_COUNT };
#undef ERR_NAME

/* The HTTP status, the machine code and the English sentence of an ending.
 * Static strings: never free them. */
int err_status(enum err);
const char *err_code(enum err);
const char *err_sentence(enum err);

#endif
