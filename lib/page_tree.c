/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* page_tree.c: the only reader of template files, compiled once and again
 * when they change. */
#include "lib/page_impl.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/clock.h"
#include "lib/log.h"

enum { LOOK_NS = 1000000000 }; /* between two looks at a file */

struct page_tree {
	atomic_int holders;
	struct pool *pool;
	struct page_node *nodes;
};

/* What tells one state of a file from the next. */
struct stamp {
	dev_t dev;
	ino_t ino;
	off_t size;
	time_t changed_at;
	long changed_ns;
};

/* A template's file. It stays in the list for good, so that a pointer to it
 * outlives the lock; what it holds is read and changed under the lock. */
struct file {
	struct file *next;
	char *name;
	_Atomic int64_t looked_ns;
	struct stamp stamp;
	struct page_tree *tree; /* NULL: see e */
	enum err e;
};

static pthread_rwlock_t lock = PTHREAD_RWLOCK_INITIALIZER;
static struct file *files;
static char *root;

void
page_tree_start(const char *dir)
{
	free(root);
	if ((root = strdup(dir)) == NULL)
		log_bug("out of memory");
}

const struct page_node *
page_tree_nodes(const struct page_tree *t)
{
	return t->nodes;
}

void
page_tree_put(struct page_tree *t)
{
	if (t == NULL || atomic_fetch_sub(&t->holders, 1) != 1)
		return;
	pool_free(t->pool);
	free(t);
}

static struct page_tree *
tree_new(void)
{
	struct page_tree *t = calloc(1, sizeof *t);

	if (t == NULL)
		log_bug("out of memory");
	t->holders = 1;
	t->pool = pool_new();
	return t;
}

static struct stamp
stamp_of(const struct stat *st)
{
	return (struct stamp){st->st_dev, st->st_ino, st->st_size,
			      st->st_mtim.tv_sec, st->st_mtim.tv_nsec};
}

static bool
stamp_same(const struct stamp *a, const struct stamp *b)
{
	return a->dev == b->dev && a->ino == b->ino && a->size == b->size &&
	       a->changed_at == b->changed_at && a->changed_ns == b->changed_ns;
}

static enum err
read_all(int fd, const char *path, struct pool *pool, off_t size, char **text)
{
	size_t len = 0;
	ssize_t n;

	*text = pool_alloc(pool, (size_t)size + 1);
	while (len < (size_t)size) {
		n = read(fd, *text + len, (size_t)size - len);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0) {
			log_event("error", "template", "file", path, "why",
				  n < 0 ? strerror(errno) : "cut short", NULL);
			return ERR_INTERNAL;
		}
		len += (size_t)n;
	}
	return OK;
}

static enum err
file_compile(int fd, const char *path, off_t size, struct page_tree **out)
{
	struct page_tree *t;
	char *text;
	enum err e;

	if (size > PAGE_MAX) {
		log_event("error", "template", "file", path, "why",
			  "larger than a template may be", NULL);
		return ERR_INTERNAL;
	}
	t = tree_new();
	e = read_all(fd, path, t->pool, size, &text);
	if (e == OK)
		e = page_compile(t->pool, path, text, (size_t)size, &t->nodes);
	if (e == OK)
		*out = t;
	else
		page_tree_put(t);
	return e;
}

/* The stamp is of the bytes that are read, not of the name. */
static enum err
file_load(const char *path, struct stamp *stamp, struct page_tree **out)
{
	struct stat st;
	enum err e;
	int fd;

	*stamp = (struct stamp){.size = -1};
	if ((fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)) < 0) {
		if (errno == ENOENT || errno == ENOTDIR)
			return ERR_MISSING;
		log_event("error", "template", "file", path, "why",
			  strerror(errno), NULL);
		return ERR_INTERNAL;
	}
	if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode)) {
		e = ERR_MISSING;
	} else {
		*stamp = stamp_of(&st);
		e = file_compile(fd, path, st.st_size, out);
	}
	close(fd);
	return e;
}

static struct file *
file_find(const char *name)
{
	struct file *f = files;

	while (f != NULL && strcmp(f->name, name) != 0)
		f = f->next;
	return f;
}

static struct file *
file_add(const char *name)
{
	struct file *f = calloc(1, sizeof *f);

	if (f == NULL || (f->name = strdup(name)) == NULL)
		log_bug("out of memory");
	f->next = files;
	files = f;
	return f;
}

static enum err
file_hold(struct file *f, struct page_tree **out)
{
	if (f->tree != NULL)
		atomic_fetch_add(&f->tree->holders, 1);
	*out = f->tree;
	return f->e;
}

/* One thread a second is told to look; the others go on with what is there. */
static bool
file_due(struct file *f)
{
	int64_t now = clock_mono(), before = atomic_load(&f->looked_ns);

	return now - before >= LOOK_NS &&
	       atomic_compare_exchange_strong(&f->looked_ns, &before, now);
}

static bool
file_unchanged(struct file *f, const char *path)
{
	struct stat st;
	struct stamp now;
	bool same;

	if (stat(path, &st) != 0)
		return false;
	now = stamp_of(&st);
	pthread_rwlock_rdlock(&lock);
	same = stamp_same(&f->stamp, &now);
	pthread_rwlock_unlock(&lock);
	return same;
}

/* A name without a file is not kept: names would fill the memory. */
static enum err
file_renew(const char *name, const char *path, struct page_tree **out)
{
	struct page_tree *fresh = NULL, *old = NULL;
	struct stamp stamp;
	struct file *f;
	enum err e = file_load(path, &stamp, &fresh);

	pthread_rwlock_wrlock(&lock);
	f = file_find(name);
	if (f == NULL && e != ERR_MISSING)
		f = file_add(name);
	if (f != NULL) {
		old = f->tree;
		f->tree = fresh;
		f->stamp = stamp;
		f->e = e;
		atomic_store(&f->looked_ns, clock_mono());
		file_hold(f, out);
	}
	pthread_rwlock_unlock(&lock);
	page_tree_put(old);
	return e;
}

enum err
page_tree_get(const char *name, struct page_tree **out)
{
	char path[PATH_MAX];
	struct file *f;
	enum err e = OK;
	bool look;

	*out = NULL;
	if (root == NULL || !page_name_ok(name, strlen(name)))
		return ERR_MISSING;
	pthread_rwlock_rdlock(&lock);
	f = file_find(name);
	look = f == NULL || file_due(f);
	if (!look)
		e = file_hold(f, out);
	pthread_rwlock_unlock(&lock);
	if (!look)
		return e;
	if (snprintf(path, sizeof path, "%s/html/%s.html", root, name) >=
	    (int)sizeof path)
		return ERR_MISSING;
	if (f == NULL || !file_unchanged(f, path))
		return file_renew(name, path, out);
	pthread_rwlock_rdlock(&lock);
	e = file_hold(f, out);
	pthread_rwlock_unlock(&lock);
	return e;
}
