/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* secret.h: random numbers, hashes, passwords and encryption; gcrypt.h is
 * included by secret*.c alone. Out of entropy or memory aborts. */
#ifndef CLICKNET_SECRET_H
#define CLICKNET_SECRET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "lib/err.h"
#include "lib/pool.h"

enum { SECRET_HASH = 32, SECRET_ID = 16, SECRET_ID_TEXT = 37 };

/* What a key is for: each purpose has its own key, derived from a master key
 * of the key file as HMAC-SHA-256(master, "clicknet person"). SECRET_PERSON
 * comes from the current master key and changes with it; all others come from
 * the first key of the file, so that adding a key breaks no look-up, no
 * session and no code: the first line must stay. */
enum secret_use {
	SECRET_CODE,    /* one-time codes at rest */
	SECRET_TOKEN,   /* session tokens at rest */
	SECRET_CSRF,    /* form tokens */
	SECRET_INDEX,   /* blind indexes of personal data */
	SECRET_PERSON,  /* personal data, AES-256-GCM */
	SECRET_CURSOR,  /* page cursors */
	SECRET_PUZZLE,  /* captchas and waiting tickets */
	SECRET_ROW,     /* rows that decide who gets in */
	SECRET_TAG,     /* whether an answer has changed */
	SECRET_USES
};

/* Starts the library; call first, before threads. Again does nothing. */
void secret_start(void);

/* Reads the key file (lines "ID HEX64", the last is the current one; older
 * ones still open what they sealed; ids are 1..255, once each; blank lines and
 * lines with # are passed over). Before threads. It must not be readable by
 * group or others: ERR_FORBIDDEN. ERR_MISSING if there is none; ERR_INTERNAL
 * if it is damaged (logged). secret_make_keys creates one of mode 0400, on
 * disk when it returns, and never overwrites: ERR_CONFLICT. */
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

/* SHA-1, for lists of passwords that others made; for nothing else. */
enum { SECRET_SHA1 = 20 };
void secret_sha1(uint8_t out[SECRET_SHA1], const void *data, size_t len);

/* HMAC-SHA-256 under the key for ${use}, which is not SECRET_PERSON or
 * SECRET_TAG. */
void secret_mac(uint8_t out[SECRET_HASH], enum secret_use use,
		const void *data, size_t len);

/* Tells whether bytes are the same as before: GMAC (AES-256) under the key
 * SECRET_TAG, four times as fast as a hash. It proves nothing to anybody. */
enum { SECRET_TAG_SIZE = 16 };
void secret_tag(uint8_t out[SECRET_TAG_SIZE], const void *data, size_t len);

/* AES-256-GCM under the current SECRET_PERSON key. The sealed form is
 * key id (1) | nonce (12) | ciphertext | tag (16), in pool memory. ${where}
 * ("customer.name", 42) is bound to it: opening elsewhere fails with
 * ERR_INTERNAL. */
void *secret_seal(struct pool *, const char *where, int64_t row,
		  const char *text, size_t *sealed_len);
enum err secret_open(struct pool *, const char *where, int64_t row,
		     const void *sealed, size_t sealed_len, char **text);

/* The same for bytes: a photo, a document. *data is in pool memory. */
void *secret_seal_bytes(struct pool *, const char *where, int64_t row,
			const void *data, size_t len, size_t *sealed_len);
enum err secret_open_bytes(struct pool *, const char *where, int64_t row,
			   const void *sealed, size_t sealed_len, void **data,
			   size_t *len);

/* Argon2id. The encoded form names its parameters and salt. check returns OK
 * or ERR_CREDENTIALS; *stale (may be NULL) when other parameters are wanted
 * now. A NULL ${encoded} takes the same time and fails. At most ${n} of
 * secret_hashes (2 if it was never called) run at once in a process, each in
 * its kib of memory; ${queue} more wait (all, if it was never called). Beyond
 * them check says ERR_RATE at once, and nothing about the password;
 * secret_password waits in any case. One with a ${nice}, of nice(2), steps back
 * for other work, and when that kept it from the processor the next waits twice
 * as long as it took, at most a second. */
struct secret_cost {
	unsigned passes, kib, lanes;
	int nice;
};
char *secret_password(struct pool *, const char *password, struct secret_cost);
enum err secret_password_check(const char *encoded, const char *password,
			       struct secret_cost, bool *stale);
void secret_hashes(int n, int queue);

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
