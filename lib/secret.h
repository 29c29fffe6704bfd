/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* secret.h: random numbers, hashes, passwords and encryption; secret.c is the
 * only file that includes gcrypt.h. Out of entropy or memory aborts. */
#ifndef CLICKNET_SECRET_H
#define CLICKNET_SECRET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "lib/err.h"
#include "lib/pool.h"

enum { SECRET_HASH = 32, SECRET_ID = 16, SECRET_ID_TEXT = 37 };

/* What a key is for: each purpose has its own key, derived from the master
 * key of the key file. */
enum secret_use {
	SECRET_CODE,    /* one-time codes at rest */
	SECRET_TOKEN,   /* session tokens at rest */
	SECRET_CSRF,    /* form tokens */
	SECRET_INDEX,   /* blind indexes of personal data */
	SECRET_PERSON,  /* personal data, AES-256-GCM */
	SECRET_CURSOR,  /* page cursors */
	SECRET_USES
};

/* Starts the library; call first, before threads. */
void secret_start(void);

/* Reads the key file (lines "ID HEX64", the last is the current one; older
 * ones still open what they sealed). It must not be readable by others:
 * ERR_FORBIDDEN. ERR_MISSING if there is none; ERR_INTERNAL if it is damaged.
 * secret_make_keys creates one of mode 0400 and never overwrites. */
enum err secret_keys(const char *path);
enum err secret_make_keys(const char *path);

void secret_random(void *out, size_t len);

/* ${digits} random decimal digits, unbiased, NUL-ended. */
void secret_code(char *out, int digits);

/* Compares in a time that depends on ${len} only. */
bool secret_equal(const void *a, const void *b, size_t len);

/* SHA-256 of one piece, or of ${n} pieces in a row. */
struct piece {
	const void *data;
	size_t len;
};
void secret_hash(uint8_t out[SECRET_HASH], const void *data, size_t len);
void secret_hash_pieces(uint8_t out[SECRET_HASH], const struct piece *, int n);

/* HMAC-SHA-256 under the key for ${use}. */
void secret_mac(uint8_t out[SECRET_HASH], enum secret_use use,
		const void *data, size_t len);

/* AES-256-GCM under the current SECRET_PERSON key. The sealed form is
 * key id (1) | nonce (12) | ciphertext | tag (16), in pool memory. ${where}
 * ("customer.name", 42) is bound to it: opening elsewhere fails with
 * ERR_INTERNAL. */
void *secret_seal(struct pool *, const char *where, int64_t row,
		  const char *text, size_t *sealed_len);
enum err secret_open(struct pool *, const char *where, int64_t row,
		     const void *sealed, size_t sealed_len, char **text);

/* Argon2id. The encoded form names its parameters and salt. check returns OK
 * or ERR_CREDENTIALS; *stale (may be NULL) when other parameters are wanted
 * now. A NULL ${encoded} takes the same time and fails. At most
 * ${PASSWORD_HASHES} run at once in a process; more wait. */
struct secret_cost {
	unsigned passes, kib, lanes;
};
char *secret_password(struct pool *, const char *password, struct secret_cost);
enum err secret_password_check(const char *encoded, const char *password,
			       struct secret_cost, bool *stale);

/* UUIDv7: time-ordered within a process, 16 bytes inside, text outside. */
void secret_id(uint8_t out[SECRET_ID]);
char *secret_id_text(char out[SECRET_ID_TEXT], const uint8_t id[SECRET_ID]);
bool secret_id_parse(uint8_t out[SECRET_ID], const char *text);

/* Text forms of bytes; the result is NUL-ended: 2n+1 and (4n+2)/3+1 bytes.
 * The readers return the length, or −1 if it is not that form or too long. */
char *secret_hex(char *out, const void *data, size_t len);
long secret_unhex(void *out, size_t room, const char *text);
char *secret_base64url(char *out, const void *data, size_t len);
long secret_unbase64url(void *out, size_t room, const char *text);

#endif
