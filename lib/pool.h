/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* pool.h: memory that lives one request; nobody above lib/ frees by hand. */
#ifndef CLICKNET_POOL_H
#define CLICKNET_POOL_H

#include <stdarg.h>
#include <stddef.h>

struct pool;
struct json_object;

/* A new, empty pool. Never NULL: out of memory ends the process. */
struct pool *pool_new(void);

/* Runs the deferred functions, newest first, and gives everything back.
 * pool_reset keeps the pool and its first block for the next request.
 * pool_free(NULL) does nothing. */
void pool_reset(struct pool *);
void pool_free(struct pool *);

/* For who needs one often but not for long: an empty pool, the one given back
 * last or a new one. pool_return does what pool_reset does and keeps it for the
 * next. */
struct pool *pool_borrow(void);
void pool_return(struct pool *);

/* ${size} zeroed bytes, aligned for any type, valid until the pool ends. */
void *pool_alloc(struct pool *, size_t size)
	__attribute__((malloc, alloc_size(2), returns_nonnull));

/* Copies in pool memory; pool_strdup(p, NULL) is NULL. */
char *pool_strdup(struct pool *, const char *);
char *pool_strndup(struct pool *, const char *, size_t);
char *pool_printf(struct pool *, const char *, ...)
	__attribute__((format(printf, 2, 3), nonnull(1, 2)));
char *pool_vprintf(struct pool *, const char *, va_list)
	__attribute__((nonnull));

/* Calls run(arg) when the pool is reset or freed. */
void pool_defer(struct pool *, void (*run)(void *), void *arg);

/* Hands one reference of ${object} to the pool; returns ${object}. */
struct json_object *pool_json(struct pool *, struct json_object *object);

/* Bytes handed out since the last reset. */
size_t pool_used(const struct pool *);

/* A byte string that grows in pool memory and always ends in a NUL that
 * does not count. Start with {.pool = p}. */
struct buf {
	struct pool *pool;
	char *data;
	size_t len, room;
};
void buf_put(struct buf *, const void *, size_t);
void buf_puts(struct buf *, const char *);
void buf_putc(struct buf *, char);
void buf_printf(struct buf *, const char *, ...)
	__attribute__((format(printf, 2, 3)));

/* Where at most ${most} bytes may be written by hand; ${end} is behind the last
 * that were. */
char *buf_open(struct buf *, size_t most);
void buf_close(struct buf *, char *end);

#endif
