/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* powercut.c: proves that what the bank acknowledged survives power failures,
 * whenever they come and whatever the disk forgets, and that nothing is booked
 * twice or by halves. */
#include "bench/boot.h"

#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench/options.h"
#include "lib/clock.h"
#include "lib/log.h"
#include "lib/secret.h"

struct options {
	long cuts, accounts, threads, orders, span, kills, brief, fresh;
	long seconds, seed, jobs, json;
	const char *level, *mode, *log;
};

struct total {
	int64_t cuts, kills, sectors, died, unreadable;
	struct machine machine;
};

static void
read_all(struct options *o, int argc, char **argv)
{
	const struct option_row rows[] = {
		{"cuts", OPTION_NUMBER, &o->cuts, 1, 10000000,
		 "power failures"},
		{"seconds", OPTION_NUMBER, &o->seconds, 0, 1000000,
		 "stop after that long; 0: never"},
		{"accounts", OPTION_NUMBER, &o->accounts, 4, ACCOUNTS_MAX,
		 "accounts, on many pages"},
		{"threads", OPTION_NUMBER, &o->threads, 1, THREADS_MAX,
		 "threads that order at once"},
		{"span", OPTION_NUMBER, &o->span, 1, 1000000,
		 "at most that many writes before the power fails"},
		{"kills", OPTION_NUMBER, &o->kills, 0, 90,
		 "per cent of the boots that end by kill -9 instead"},
		{"brief", OPTION_NUMBER, &o->brief, 0, 100,
		 "per cent of the boots that end just after opening"},
		{"fresh", OPTION_NUMBER, &o->fresh, 1, 1000000,
		 "a fresh bank after that many boots"},
		{"mode", OPTION_TEXT, &o->mode, 0, 0,
		 "drop, some or torn; else each in turn"},
		{"synchronous", OPTION_TEXT, &o->level, 0, 0,
		 "FULL; with NORMAL and OFF transfers must be lost"},
		{"jobs", OPTION_NUMBER, &o->jobs, 1, 16, "machines at once"},
		{"seed", OPTION_NUMBER, &o->seed, 0, 1L << 40,
		 "of all chances"},
		{"log", OPTION_TEXT, &o->log, 0, 0, "the bank's log"},
		{"json", OPTION_FLAG, &o->json, 0, 0, "one line of JSON"}};

	options_read(rows, sizeof rows / sizeof *rows,
		     "bench/powercut [OPTION VALUE]...", argc, argv);
}

static const char *const modes[] = {"keep", "drop", "some", "torn"};

static void
words_check(const struct options *o)
{
	int i;

	for (i = DISK_DROP; i < DISK_FATES; i++)
		if (o->mode == NULL || strcmp(o->mode, modes[i]) == 0)
			break;
	if (i < DISK_FATES && (strcmp(o->level, "FULL") == 0 ||
			       strcmp(o->level, "NORMAL") == 0 ||
			       strcmp(o->level, "OFF") == 0))
		return;
	fputs("--mode or --synchronous is no such word\n", stderr);
	exit(64);
}

static enum disk_fate
fate_choose(const struct options *o)
{
	int i;

	if ((long)disk_random(100) < o->kills)
		return DISK_KEEP;
	for (i = DISK_DROP; o->mode != NULL && i < DISK_FATES; i++)
		if (strcmp(o->mode, modes[i]) == 0)
			return (enum disk_fate)i;
	return (enum disk_fate)(1 + disk_random(DISK_FATES - 1));
}

/* A new bank on a fresh disk: of old ones only the counters stay. */
static void
machine_renew(struct machine *m, const struct head *heads)
{
	disk_restore();
	memcpy(m->base, heads, heads_size(m));
	notes_keep(m, 0);
	m->fate = DISK_DROP;
}

/* One boot of the machine and what its end leaves. */
static void
boot_once(const struct options *o, struct total *t, const struct head *heads)
{
	struct machine *m = &t->machine;
	enum disk_fate fate = fate_choose(o);
	int status = 0;
	pid_t child;

	m->brief = (long)disk_random(100) < o->brief;
	m->full_check = m->boots % o->fresh == o->fresh - 1 ||
			t->cuts == o->cuts / o->jobs - 1;
	fflush(stdout);
	if ((child = fork()) == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		m->ends = fate;
		if (!m->brief)
			boot_end_choose(m, o->span);
		boot(m);
	}
	if (child < 0 || waitpid(child, &status, 0) != child)
		exit(70);
	m->boots++;
	t->cuts += fate != DISK_KEEP;
	t->kills += fate == DISK_KEEP;
	if (status != 0) {
		t->unreadable += WIFEXITED(status) &&
				 WEXITSTATUS(status) == BOOT_UNREADABLE;
		t->died += !WIFEXITED(status);
		if (WIFSIGNALED(status))
			fprintf(stderr, "# boot %" PRId64 " died of signal "
					"%d\n", m->boots, WTERMSIG(status));
	}
	m->fate = fate;
	if (status != 0 || m->boots % o->fresh == 0)
		machine_renew(m, heads);
	else
		t->sectors += disk_forget(fate);
}

static void *
share(size_t size)
{
	void *p = mmap(NULL, size, PROT_READ | PROT_WRITE,
		       MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	if (p == MAP_FAILED)
		exit(70);
	return p;
}

static void
keys_make(const char *dir)
{
	char path[200];

	snprintf(path, sizeof path, "%s/keys", dir);
	if (secret_make_keys(path) != OK || secret_keys(path) != OK) {
		fprintf(stderr, "%s cannot be made\n", path);
		exit(70);
	}
	unlink(path);
}

/* One machine's whole life. */
static void
machine_run(const struct options *o, struct total *t, long job)
{
	char dir[] = "/tmp/clicknet-power-XXXXXX", path[100], lock[120];
	struct machine *m = &t->machine;
	struct head *heads = share(sizeof m->base);
	int64_t end;

	if (mkdtemp(dir) == NULL)
		exit(70);
	snprintf(path, sizeof path, "%s/bank.db", dir);
	snprintf(lock, sizeof lock, "%s.lock", path);
	disk_start((uint64_t)(o->seed * 100 + job));
	disk_synchronous(o->level);
	keys_make(dir);
	m->path = path;
	m->accounts = o->accounts / 2 * 2;
	m->threads = (int)o->threads;
	m->orders = (int)o->orders;
	machine_build(m);
	memcpy(heads, m->base, heads_size(m));
	disk_remember();
	machine_renew(m, heads);
	end = clock_mono() + o->seconds * 1000000000;
	while (t->cuts < o->cuts / o->jobs &&
	       (o->seconds == 0 || clock_mono() < end))
		boot_once(o, t, heads);
	unlink(lock);
	unlink(path);
	rmdir(dir);
}

static void
total_add(struct total *sum, const struct total *t)
{
	struct machine *a = &sum->machine;
	const struct machine *b = &t->machine;

	sum->cuts += t->cuts;
	sum->kills += t->kills;
	sum->sectors += t->sectors;
	sum->died += t->died;
	sum->unreadable += t->unreadable;
	a->acked += b->acked;
	a->replayed += b->replayed;
	a->checkpoints += b->checkpoints;
	a->verified += b->verified;
	a->lost += b->lost;
	a->twice += b->twice;
	a->half += b->half;
	a->drift += b->drift;
	a->resurrected += b->resurrected;
	a->unequal += b->unequal;
}

static bool
report(const struct options *o, const struct total *t, int64_t ms)
{
	const struct machine *m = &t->machine;
	const struct {
		const char *name;
		int64_t value;
	} rows[] = {
		{"cuts", t->cuts}, {"kills", t->kills}, {"seed", o->seed},
		{"accounts", o->accounts}, {"sectors_forgotten", t->sectors},
		{"checkpoints", m->checkpoints}, {"acknowledged", m->acked},
		{"replayed", m->replayed}, {"verified", m->verified},
		{"lost", m->lost},
		{"twice", m->twice}, {"half", m->half}, {"drift", m->drift},
		{"refused_but_booked", m->resurrected},
		{"unequal_answers", m->unequal}, {"unreadable", t->unreadable},
		{"died", t->died}, {"milliseconds", ms},
		{"cuts_a_second", t->cuts * 1000 / (ms > 0 ? ms : 1)}};
	size_t i;

	for (i = 0; i < sizeof rows / sizeof *rows; i++)
		printf(o->json ? "%s\"%s\":%" PRId64
			       : "%s%-18s %10" PRId64 "\n",
		       !o->json ? "" : i == 0 ? "{" : ",", rows[i].name,
		       rows[i].value);
	if (o->json)
		puts("}");
	return m->lost + m->twice + m->half + m->drift + m->resurrected +
		       m->unequal + t->unreadable + t->died == 0;
}

int
main(int argc, char **argv)
{
	static struct total sum;
	struct options o = {
		.cuts = 500, .accounts = 5000, .threads = 8, .orders = 100,
		.span = 1500, .kills = 20, .brief = 30, .fresh = 250, .jobs = 1,
		.seed = (long)(clock_now() & 0xffffffff), .level = "FULL",
		.log = "/dev/null"};
	struct total *totals;
	int64_t begun;
	int status;
	long i;

	read_all(&o, argc, argv);
	words_check(&o);
	setvbuf(stdout, NULL, _IOLBF, 0);
	log_open("powercut", o.log);
	secret_start();
	totals = share(sizeof *totals * (size_t)o.jobs);
	begun = clock_mono();
	for (i = 0; i < o.jobs; i++)
		if (fork() == 0) {
			prctl(PR_SET_PDEATHSIG, SIGKILL);
			machine_run(&o, &totals[i], i);
			exit(0);
		}
	while (wait(&status) > 0)
		sum.died += status != 0;
	for (i = 0; i < o.jobs; i++)
		total_add(&sum, &totals[i]);
	return !report(&o, &sum, (clock_mono() - begun) / 1000000);
}
