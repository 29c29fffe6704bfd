/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* db_write.c: tests of group commit: one fsync for many, each piece on its
 * own, nobody starves, and two processes lose nothing. */
#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "lib/clock.h"
#include "lib/db.h"
#include "lib/log.h"
#include "t/lib/bank.h"
#include "t/lib/fault.h"
#include "t/tap.h"

enum { THREADS = 64, WRITES = 10, PROCESS_WRITES = 150, PROCESS_THREADS = 4 };

static atomic_int syncs;

static void
rest_ms(long ms)
{
	struct timespec t = {ms / 1000, ms % 1000 * 1000000};

	nanosleep(&t, NULL);
}

/* The engine's own calls come here. A disk takes its time. */
static int
sync_slowly(long call, int fd)
{
	atomic_fetch_add(&syncs, 1);
	rest_ms(2);
	return (int)syscall(call, fd);
}

int
fdatasync(int fd)
{
	return sync_slowly(SYS_fdatasync, fd);
}

int
fsync(int fd)
{
	return sync_slowly(SYS_fsync, fd);
}

static enum err
table_work(struct db *db, void *arg)
{
	(void)arg;
	return db_script(db, "CREATE TABLE thing (n INTEGER, bytes BLOB) "
			     "STRICT; CREATE UNIQUE INDEX thing_n ON "
			     "thing (n); CREATE TABLE counter (n INTEGER) "
			     "STRICT; INSERT INTO counter (n) VALUES (0)");
}

struct writer {
	pthread_t thread;
	struct store *store;
	db_work *work;
	bool rerunnable;
	int at, times, runs;
	enum err e;
	int worst; /* commits that passed while it waited for its own */
};

static enum err
add_work(struct db *db, void *arg)
{
	struct writer *w = arg;
	struct stmt *q = db_sql(db, "INSERT INTO thing (n) VALUES (:n)");

	w->runs++;
	db_put_int(q, "n", w->at * 1000 + w->times);
	return db_done(q);
}

/* Every second one thinks better of it. */
static enum err
add_some_work(struct db *db, void *arg)
{
	struct writer *w = arg;
	enum err e = add_work(db, arg);

	return e == OK && w->at % 2 != 0 ? ERR_FUNDS : e;
}

static enum err
count_work(struct db *db, void *arg)
{
	(void)arg;
	return db_done(db_sql(db, "UPDATE counter SET n = n + 1"));
}

static atomic_int asking; /* who stands in line, or is about to */

static void *
write_thread(void *arg)
{
	struct writer *w = arg;
	struct db *db = db_new(w->store);
	int before;
	enum err e;

	for (; w->times > 0; w->times--) {
		before = atomic_load(&syncs);
		atomic_fetch_add(&asking, 1);
		e = (w->rerunnable ? db_write_rerunnable : db_write)(
			db, w->work, w);
		if (e != OK)
			w->e = e;
		atomic_fetch_sub(&asking, 1);
		before = atomic_load(&syncs) - before;
		w->worst = before > w->worst ? before : w->worst;
	}
	db_free(db);
	return NULL;
}

static struct writer writers[THREADS];

/* ${rerunnable}: every one, two or three of them; 0: none. */
static void
start_some(struct store *store, int n, int times, db_work *work, int rerunnable)
{
	int i;

	for (i = 0; i < n; i++) {
		writers[i] = (struct writer){.store = store, .at = i,
					     .times = times, .work = work};
		writers[i].rerunnable = rerunnable != 0 && i % rerunnable == 0;
		pthread_create(&writers[i].thread, NULL, write_thread,
			       &writers[i]);
	}
}

static void
start(struct store *store, int n, int times, db_work *work)
{
	start_some(store, n, times, work, 0);
}

static int
finish(int n)
{
	int i, good = 0;

	for (i = 0; i < n; i++) {
		pthread_join(writers[i].thread, NULL);
		good += writers[i].e == OK;
	}
	return good;
}

static int64_t
things(struct bank *b)
{
	return bank_count(b, "SELECT count(*) AS n FROM thing");
}

static void
test_syncs(struct bank *b)
{
	int before = atomic_load(&syncs), n;

	start(b->store, 1, WRITES, add_work);
	is_int(finish(1), 1, "one writes alone");
	ok(atomic_load(&syncs) - before >= WRITES,
	   "each of its writes is on the disk before the next");
	bank_tamper(b, "DELETE FROM thing");
	before = atomic_load(&syncs);
	start(b->store, THREADS, WRITES, add_work);
	is_int(finish(THREADS), THREADS, "64 write at once");
	n = atomic_load(&syncs) - before;
	ok(n <= THREADS * WRITES / 8, "and wait for the disk together");
	printf("# %d writes, %d times to the disk\n", THREADS * WRITES, n);
	is_int(things(b), THREADS * WRITES, "nothing is lost");
}

static void
test_pieces(struct bank *b)
{
	static const char *const what[] = {
		"each in a savepoint", "all to be run again", "every second to "
		"be run again", "every third to be run again"};
	int i, right, rerunnable;

	for (rerunnable = 0; rerunnable < 4; rerunnable++) {
		bank_tamper(b, "DELETE FROM thing");
		start_some(b->store, THREADS, 1, add_some_work, rerunnable);
		finish(THREADS);
		for (i = right = 0; i < THREADS; i++)
			right += writers[i].e == (i % 2 != 0 ? ERR_FUNDS : OK);
		is_int(right, THREADS, "of 64 at once, %s, each has its own "
				       "answer", what[rerunnable]);
		is_int(things(b), THREADS / 2,
		       "what was refused is undone alone");
		is_int(bank_count(b, "SELECT count(*) AS n FROM thing "
				     "WHERE n / 1000 % 2 = 1"),
		       0, "and its neighbours stand");
	}
}

static atomic_bool at_work;

/* Keeps the turn until the others stand in line. */
static enum err
slow_work(struct db *db, void *arg)
{
	atomic_store(&at_work, true);
	while (atomic_load(&asking) < 11)
		rest_ms(1);
	rest_ms(100);
	return add_work(db, arg);
}

/* The engine undoes the whole transaction, not just this piece. */
static enum err
undoing_work(struct db *db, void *arg)
{
	struct writer *w = arg;

	if (w->at != 5)
		return add_work(db, arg);
	return db_done(db_sql(db, "INSERT OR ROLLBACK INTO thing (n) "
				  "VALUES (99001)"));
}

static void
test_undone(struct bank *b)
{
	struct writer slow = {.store = b->store, .times = 1,
			      .work = slow_work, .at = 99};
	int i, busy = 0;

	bank_tamper(b, "DELETE FROM thing");
	pthread_create(&slow.thread, NULL, write_thread, &slow);
	while (!atomic_load(&at_work))
		rest_ms(1);
	start(b->store, 10, 1, undoing_work);
	finish(10);
	pthread_join(slow.thread, NULL);
	for (i = 0; i < 10; i++)
		busy += writers[i].e == ERR_BUSY;
	is_int(busy + (slow.e == ERR_BUSY), 11,
	       "when the engine undoes all, all are told");
	is_int(things(b), 0, "and nothing of it stands");
	start(b->store, 10, 1, add_work);
	is_int(finish(10), 10, "the next ones do");
}

/* The tenth changes its mind after it has written, the ninth before. */
static enum err
minding_work(struct db *db, void *arg)
{
	struct writer *w = arg;
	enum err e;

	if (w->at == 8)
		return ERR_LIMIT;
	e = add_work(db, arg);
	return e == OK && w->at == 9 ? ERR_FUNDS : e;
}

/* One at the turn, and ${n} behind it who come into one commit. */
static void
behind_one(struct bank *b, int n, db_work *work, int rerunnable)
{
	struct writer slow = {.store = b->store, .times = 1, .at = 99,
			      .work = slow_work,
			      .rerunnable = rerunnable != 0};

	bank_tamper(b, "DELETE FROM thing");
	atomic_store(&at_work, false);
	atomic_store(&asking, 11 - n - 1);
	pthread_create(&slow.thread, NULL, write_thread, &slow);
	while (!atomic_load(&at_work))
		rest_ms(1);
	start_some(b->store, n, 1, work, rerunnable);
	finish(n);
	pthread_join(slow.thread, NULL);
	atomic_store(&asking, 0);
}

/* How often the first ${n} wrote. */
static int
runs(int n)
{
	int sum = 0;

	while (n > 0)
		sum += writers[--n].runs;
	return sum;
}

/* What a script changes is not counted by the engine as changed rows. */
static enum err
script_work(struct db *db, void *arg)
{
	enum err e = db_script(db, "CREATE TABLE regretted (n INTEGER) STRICT");

	(void)arg;
	return e != OK ? e : ERR_FUNDS;
}

static void
test_rerun(struct bank *b)
{
	int before;

	behind_one(b, 8, minding_work, 1);
	is_int(runs(8), 8, "what may be run again is run once");
	behind_one(b, 9, minding_work, 1);
	is_int(writers[8].e, ERR_LIMIT, "who writes nothing is refused");
	is_int(runs(9), 8, "and nobody is run again for that");
	before = atomic_load(&syncs);
	behind_one(b, 10, minding_work, 1);
	is_int(writers[9].e, ERR_FUNDS, "who has written is refused");
	ok(runs(10) > 10, "and then the others are run once more");
	is_int(things(b), 9, "which leaves each of them once");
	ok(atomic_load(&syncs) - before <= 6, "in as few commits");
	is_int(db_write_rerunnable(b->db, script_work, NULL), ERR_FUNDS,
	       "a script that is thought better of");
	is_int(bank_count(b, "SELECT count(*) AS n FROM sqlite_master "
			     "WHERE name = 'regretted'"),
	       0, "leaves nothing");
}

static enum err
one_work(struct db *db, void *arg)
{
	(void)arg;
	return db_script(db, "INSERT INTO thing (n) VALUES (-1)");
}

static enum err
no_work(struct db *db, void *arg)
{
	enum err e = one_work(db, arg);

	return e != OK ? e : ERR_FUNDS;
}

static void
fails(struct bank *b, const char *sql, db_work *work, const char *what)
{
	int64_t before = things(b);

	fault_arm_on(sql, 1);
	is_int(db_write(b->db, work, NULL), ERR_BUSY, "%s", what);
	ok(fault_disarm(), "(it was made to fail)");
	is_int(things(b), before, "and nothing stands");
	is_int(db_write(b->db, count_work, NULL), OK, "the next one does");
}

static void
test_faults(struct bank *b)
{
	fails(b, "BEGIN IMMEDIATE", one_work, "a write that cannot begin");
	fails(b, "SAVEPOINT", one_work, "a piece that cannot begin");
	fails(b, "RELEASE", one_work, "a piece that cannot end");
	fails(b, "ROLLBACK TO", no_work, "a refusal that cannot be undone");
	fails(b, "COMMIT", one_work, "a write that cannot be made to last");
}

/* Who has been served stands behind all who wait. */
static void
test_starving(struct bank *b)
{
	int i, worst = 0;

	start(b->store, THREADS, WRITES, count_work);
	is_int(finish(THREADS), THREADS, "64 in a crowd are all served");
	for (i = 0; i < THREADS; i++)
		worst = writers[i].worst > worst ? writers[i].worst : worst;
	ok(worst <= WRITES, "and none waits while others go again and again");
	printf("# at worst %d times to the disk for one write\n", worst);
}

static enum err
big_work(struct db *db, void *arg)
{
	(void)arg;
	return db_script(db, "INSERT INTO thing (n, bytes) "
			     "VALUES (NULL, zeroblob(20000000))");
}

static int64_t
size_of(struct bank *b, const char *name)
{
	struct stat s = {0};

	stat(pool_printf(b->pool, "%s/%s", b->dir, name), &s);
	return s.st_size;
}

static void
test_checkpoint(struct bank *b)
{
	struct db *reader = db_new(b->store);
	struct stmt *q = db_sql(reader, "SELECT n FROM counter");
	int64_t n = db_row(q) ? db_int(q, "n") : -1, again;

	db_done(q);
	is_int(db_write(b->db, big_work, NULL), OK, "much is written");
	is_int(db_write(b->db, count_work, NULL), OK, "and a little");
	is_int(db_checkpoint(b->db), OK, "the log is moved into the file");
	q = db_sql(reader, "SELECT n FROM counter");
	again = db_row(q) ? db_int(q, "n") : -1;
	db_done(q);
	is_int(again, n, "under a reader who goes on seeing what was");
	db_free(reader);
	is_int(db_checkpoint(b->db), OK, "when nobody reads");
	ok(size_of(b, "bank.db") > 20000000, "all of it is moved");
	db_write(b->db, count_work, NULL);
	db_write(b->db, count_work, NULL);
	is_int(db_write(b->db, big_work, NULL), OK, "the log begins anew");
	is_int(db_write(b->db, big_work, NULL), OK, "and is moved by itself");
	ok(size_of(b, "bank.db-wal") < 50000000, "before it is too long");
}

static const char *program;

/* This program again, as another process. */
static int
write_elsewhere(const char *path)
{
	struct store *store;
	int good;

	if (store_open(path, 2, false, &store) != OK)
		return 1;
	start(store, PROCESS_THREADS, PROCESS_WRITES, count_work);
	good = finish(PROCESS_THREADS);
	store_close(store);
	return good == PROCESS_THREADS ? 0 : 1;
}

static void
test_processes(struct bank *b)
{
	const char *path = pool_printf(b->pool, "%s/bank.db", b->dir), *why;
	int status = -1, i;
	pid_t pid;

	bank_tamper(b, "UPDATE counter SET n = 0");
	fflush(stdout);
	if ((pid = fork()) == 0) {
		execl(program, program, path, NULL);
		_exit(127);
	}
	start(b->store, PROCESS_THREADS, PROCESS_WRITES, count_work);
	for (i = 0; i < 20; i++)
		db_checkpoint(b->db);
	is_int(finish(PROCESS_THREADS), PROCESS_THREADS,
	       "two processes write at once");
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		continue;
	is_int(status, 0, "both to their end");
	is_int(bank_count(b, "SELECT n FROM counter"),
	       2 * PROCESS_THREADS * PROCESS_WRITES, "and lose nothing");
	is_int(db_integrity(b->db, b->pool, &why), OK, "the file is read");
	ok(why == NULL, "and is whole");
	db_rest(b->db);
}

int
main(int argc, char **argv)
{
	struct bank b;

	if (argc > 1) {
		log_open("test", "/dev/null");
		return write_elsewhere(argv[1]);
	}
	program = argv[0];
	bank_open(&b);
	is_int(db_write(b.db, table_work, NULL), OK, "tables to write to");
	test_syncs(&b);
	test_pieces(&b);
	test_undone(&b);
	test_rerun(&b);
	test_faults(&b);
	test_starving(&b);
	test_checkpoint(&b);
	test_processes(&b);
	bank_close(&b);
	return tap_done();
}
