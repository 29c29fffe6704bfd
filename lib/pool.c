/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* pool.c: blocks of memory that are given back all at once. */
#include "lib/pool_impl.h"

#include <json-c/json.h>
#include <pthread.h>
#include <stdalign.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/log.h"

/* What nearly every request needs, its answer included, so that it asks the
 * system for none. */
enum { POOL_BLOCK = 32768 - 64 };

struct block {
	struct block *next;
	size_t size, used;
	alignas(max_align_t) unsigned char bytes[];
};

struct deferred {
	struct deferred *next;
	void (*run)(void *);
	void *arg;
};

struct pool {
	struct pool *next;    /* of those at rest */
	struct block *blocks; /* the first is the one being filled */
	struct deferred *deferred;
	size_t used;
};

/* Those nobody has, the one given back last on top: it is still warm. */
static struct {
	pthread_mutex_t lock;
	struct pool *top;
} rest = {.lock = PTHREAD_MUTEX_INITIALIZER};

static struct block *
block_new(size_t size)
{
	struct block *b = malloc(sizeof *b + size);

	if (b == NULL)
		log_bug("out of memory");
	b->next = NULL;
	b->size = size;
	b->used = 0;
	return b;
}

struct pool *
pool_new(void)
{
	struct pool *p = calloc(1, sizeof *p);

	if (p == NULL)
		log_bug("out of memory");
	p->blocks = block_new(POOL_BLOCK);
	return p;
}

void
pool_reset(struct pool *p)
{
	struct deferred *d;
	struct block *b;

	/* A deferred function may defer again; the list lies in the blocks. */
	while ((d = p->deferred) != NULL) {
		p->deferred = d->next;
		d->run(d->arg);
	}
	while ((b = p->blocks)->next != NULL) {
		p->blocks = b->next;
		free(b);
	}
	b->used = 0;
	p->used = 0;
}

void
pool_free(struct pool *p)
{
	if (p == NULL)
		return;
	pool_reset(p);
	free(p->blocks);
	free(p);
}

struct pool *
pool_borrow(void)
{
	struct pool *p;

	pthread_mutex_lock(&rest.lock);
	if ((p = rest.top) != NULL)
		rest.top = p->next;
	pthread_mutex_unlock(&rest.lock);
	return p != NULL ? p : pool_new();
}

void
pool_return(struct pool *p)
{
	pool_reset(p);
	pthread_mutex_lock(&rest.lock);
	p->next = rest.top;
	rest.top = p;
	pthread_mutex_unlock(&rest.lock);
}

static size_t
aligned(size_t size)
{
	if (size > SIZE_MAX / 2)
		log_bug("an allocation without measure");
	return (size + alignof(max_align_t) - 1) &
	       ~(alignof(max_align_t) - 1);
}

/* A large piece gets its own block behind the current one, so that the current
 * one goes on being filled. The last block is the one a reset keeps: never a
 * large one. */
static struct block *
block_add(struct pool *p, size_t need)
{
	struct block *b = block_new(need > POOL_BLOCK / 4 ? need : POOL_BLOCK);

	if (b->size == need && p->blocks->next != NULL) {
		b->next = p->blocks->next;
		p->blocks->next = b;
	} else {
		b->next = p->blocks;
		p->blocks = b;
	}
	return b;
}

void *
pool_take(struct pool *p, size_t size)
{
	size_t need = aligned(size);
	struct block *b = p->blocks;

	if (b->size - b->used < need)
		b = block_add(p, need);
	p->used += need;
	b->used += need;
	return b->bytes + b->used - need;
}

void *
pool_alloc(struct pool *p, size_t size)
{
	return memset(pool_take(p, size), 0, size);
}

char *
pool_strndup(struct pool *p, const char *text, size_t len)
{
	char *copy = pool_take(p, len + 1);

	if (len != 0)
		memcpy(copy, text, len);
	copy[len] = '\0';
	return copy;
}

char *
pool_strdup(struct pool *p, const char *text)
{
	return text == NULL ? NULL : pool_strndup(p, text, strlen(text));
}

char *
pool_vprintf(struct pool *p, const char *format, va_list args)
{
	struct buf b = {.pool = p};
	va_list again;
	int n;

	va_copy(again, args);
	n = vsnprintf(NULL, 0, format, again);
	va_end(again);
	if (n < 0)
		log_bug("a format that cannot be printed");
	b.data = pool_alloc(p, (size_t)n + 1);
	vsnprintf(b.data, (size_t)n + 1, format, args);
	return b.data;
}

char *
pool_printf(struct pool *p, const char *format, ...)
{
	va_list args;
	char *text;

	va_start(args, format);
	text = pool_vprintf(p, format, args);
	va_end(args);
	return text;
}

void
pool_defer(struct pool *p, void (*run)(void *), void *arg)
{
	struct deferred *d = pool_alloc(p, sizeof *d);

	*d = (struct deferred){p->deferred, run, arg};
	p->deferred = d;
}

static void
json_put(void *object)
{
	json_object_put(object);
}

struct json_object *
pool_json(struct pool *p, struct json_object *object)
{
	if (object == NULL)
		log_bug("out of memory");
	pool_defer(p, json_put, object);
	return object;
}

size_t
pool_used(const struct pool *p)
{
	return p->used;
}

bool
pool_grow(struct pool *p, const char *data, size_t room, size_t more)
{
	struct block *b = p->blocks;

	if ((const unsigned char *)data + room != b->bytes + b->used ||
	    b->size - b->used < more)
		return false;
	b->used += more;
	p->used += more;
	return true;
}
