/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* secret_password.c: passwords at rest, by Argon2id. */
#include "lib/secret.h"

#include <gcrypt.h>
#include <limits.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

#include "lib/clock.h"
#include "lib/log.h"

enum {
	SALT = 16, /* of ours; others' may be between the bounds */
	SALT_MIN = 8,
	SALT_MAX = 32,
	HASH = 32,
	ENCODED = 160,
	/* Beyond these an encoded form is damaged, not strong. */
	PASSES_MAX = 100,
	KIB_MAX = 1024 * 1024,
	LANES_MAX = 64
};

/* What an encoded form says. */
struct form {
	struct secret_cost cost;
	size_t salt_len;
	uint8_t salt[SALT_MAX], hash[HASH];
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t one_ended = PTHREAD_COND_INITIALIZER;
static int running, running_max = 2, waiting, waiting_max = INT_MAX;
static int64_t rest_until; /* clock_mono: none begins before */

void
secret_hashes(int n, int queue)
{
	pthread_mutex_lock(&lock);
	running_max = n > 0 ? n : 1;
	waiting_max = queue > 0 ? queue : 0;
	pthread_cond_broadcast(&one_ended);
	pthread_mutex_unlock(&lock);
}

static void
argon2id(const struct form *f, const char *password, uint8_t out[HASH])
{
	unsigned long cost[] = {HASH, f->cost.passes, f->cost.kib,
				f->cost.lanes};
	size_t len = strlen(password);
	gcry_kdf_hd_t h;
	gcry_error_t e;

	/* The library refuses an empty password; its NUL stands for it. */
	len += len == 0;
	e = gcry_kdf_open(&h, GCRY_KDF_ARGON2, GCRY_KDF_ARGON2ID, cost, 4,
			  password, len, f->salt, f->salt_len, NULL, 0, NULL,
			  0);
	if (e != 0)
		log_bug(gcry_strerror(e));
	if ((e = gcry_kdf_compute(h, NULL)) != 0 ||
	    (e = gcry_kdf_final(h, HASH, out)) != 0)
		log_bug(gcry_strerror(e));
	gcry_kdf_close(h);
}

/* How long the next run waits after one that took ${took} of which ${busy} on
 * a processor, all nanoseconds. One that was kept waiting for a processor was
 * in the way of payments, by its use of memory more than of time: then the
 * machine has twice as long without any. */
static int64_t
rest_after(int64_t took, int64_t busy)
{
	int64_t longest = 1000000000, rest = 2 * took;

	if (took - busy < busy / 16)
		return 0;
	return rest < longest ? rest : longest;
}

/* Lets go of the lock for a while, and on when a run ends. */
static void
place_wait(int64_t rest)
{
	struct timespec until;

	if (rest <= 0) {
		pthread_cond_wait(&one_ended, &lock);
		return;
	}
	pthread_mutex_unlock(&lock);
	until = (struct timespec){rest / 1000000000, rest % 1000000000};
	nanosleep(&until, NULL);
	pthread_mutex_lock(&lock);
}

/* Each run fills its memory and a processor, and a crowd signing in must not
 * fill the machine's: so many at once, so many more that wait. */
static bool
place_take(bool patient)
{
	int64_t rest;
	bool taken;

	pthread_mutex_lock(&lock);
	taken = patient || waiting < waiting_max ||
		(waiting == 0 && running < running_max);
	if (taken) {
		waiting++;
		while ((rest = rest_until - clock_mono()) > 0 ||
		       running >= running_max)
			place_wait(rest);
		waiting--;
		running++;
	}
	pthread_mutex_unlock(&lock);
	return taken;
}

static void
place_leave(int64_t rest)
{
	pthread_mutex_lock(&lock);
	running--;
	if (rest > 0)
		rest_until = clock_mono() + rest;
	pthread_cond_signal(&one_ended);
	pthread_mutex_unlock(&lock);
}

struct job {
	const struct form *form;
	const char *password;
	uint8_t *out;
	int nice;
	int64_t rest; /* nanoseconds the next one waits */
};

static void *
job_run(void *arg)
{
	struct job *j = arg;
	int64_t began = clock_mono();

	setpriority(PRIO_PROCESS, 0, j->nice);
	argon2id(j->form, j->password, j->out);
	if (j->nice > 0)
		j->rest = rest_after(clock_mono() - began, clock_thread());
	return NULL;
}

/* In a thread of its own, which can step back for all who have less to do. It
 * may lower its priority but not raise it again, so it ends with its work;
 * beside that, starting it costs nothing. */
static bool
stretch(const struct form *f, const char *password, uint8_t out[HASH],
	int nice, bool patient)
{
	struct job j = {f, password, out, nice, 0};
	pthread_t thread;

	secret_start();
	if (!place_take(patient))
		return false;
	if (pthread_create(&thread, NULL, job_run, &j) == 0)
		pthread_join(thread, NULL);
	else
		argon2id(f, password, out);
	place_leave(j.rest);
	return true;
}

/* The form's own base64 has + and / where base64url has - and _. */
static void
swap(char *text, const char *from, const char *to)
{
	for (; *text != '\0'; text++)
		if (*text == from[0])
			*text = to[0];
		else if (*text == from[1])
			*text = to[1];
}

static void
encode(char out[ENCODED], const struct form *f)
{
	char salt[2 * SALT_MAX], hash[2 * HASH];

	swap(secret_base64url(salt, f->salt, f->salt_len), "-_", "+/");
	swap(secret_base64url(hash, f->hash, HASH), "-_", "+/");
	snprintf(out, ENCODED, "$argon2id$v=19$m=%u,t=%u,p=%u$%s$%s",
		 f->cost.kib, f->cost.passes, f->cost.lanes, salt, hash);
}

/* Reads what encode wrote, and only that: whatever else sscanf forgives does
 * not come out the same again. */
static bool
decode(struct form *f, const char *encoded)
{
	char salt[2 * SALT_MAX], hash[2 * HASH], again[ENCODED];
	long len;

	if (sscanf(encoded, "$argon2id$v=19$m=%7u,t=%3u,p=%2u$%63[^$]$%63[^$]",
		   &f->cost.kib, &f->cost.passes, &f->cost.lanes, salt,
		   hash) != 5)
		return false;
	swap(salt, "+/", "-_");
	swap(hash, "+/", "-_");
	len = secret_unbase64url(f->salt, SALT_MAX, salt);
	if (len < SALT_MIN ||
	    secret_unbase64url(f->hash, HASH, hash) != HASH)
		return false;
	f->salt_len = (size_t)len;
	encode(again, f);
	return strcmp(encoded, again) == 0 && f->cost.lanes >= 1 &&
	       f->cost.lanes <= LANES_MAX && f->cost.passes >= 1 &&
	       f->cost.passes <= PASSES_MAX && f->cost.kib <= KIB_MAX &&
	       f->cost.kib >= 8 * f->cost.lanes;
}

char *
secret_password(struct pool *p, const char *password, struct secret_cost cost)
{
	struct form f = {.cost = cost, .salt_len = SALT};
	char encoded[ENCODED];

	secret_random(f.salt, SALT);
	stretch(&f, password, f.hash, cost.nice, true);
	encode(encoded, &f);
	return pool_strdup(p, encoded);
}

enum err
secret_password_check(const char *encoded, const char *password,
		      struct secret_cost cost, bool *stale)
{
	struct form f = {0};
	uint8_t hash[HASH];
	bool known, right;

	if (stale != NULL)
		*stale = false;
	known = encoded != NULL && decode(&f, encoded);
	if (encoded != NULL && !known)
		log_event("error", "password_damaged", NULL);
	/* Who is not known is asked as long as who is. */
	if (!known)
		f = (struct form){.cost = cost, .salt_len = SALT};
	if (!stretch(&f, password, hash, cost.nice, false))
		return ERR_RATE;
	right = secret_equal(hash, f.hash, HASH) && known;
	explicit_bzero(hash, sizeof hash);
	if (stale != NULL)
		*stale = right && (f.cost.kib != cost.kib ||
				   f.cost.passes != cost.passes ||
				   f.cost.lanes != cost.lanes);
	return right ? OK : ERR_CREDENTIALS;
}
