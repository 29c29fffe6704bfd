/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* doctor_bank.c: the database, its disk, its clock and its programs. */
#include <dirent.h>
#include <errno.h>
#include <libgen.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/un.h>
#include <unistd.h>

#include "bank/schema.h"
#include "bank/status.h"
#include "lib/clock.h"
#include "lib/settings.h"
#include "tools/clicknet/doctor.h"

enum { SPACE_BAD_MIB = 100, SPACE_WARN_MIB = 1000, MIB = 1024 * 1024 };
enum { BACKLOG_MINUTES = 10 };

/* "3.40.1" as 3040001. */
static long
version_number(const char *text)
{
	long number = 0;
	int part;

	for (part = 0; part < 3; part++) {
		number = number * 1000 + strtol(text, (char **)&text, 10);
		text += *text == '.';
	}
	return number;
}

void
doctor_engine(struct doctor *d)
{
	const char *version = db_version();
	long number = version_number(version);

	if (number >= 3007000 && number <= 3051002)
		doctor_ok(d, "engine", "SQLite %s; this version can lose a "
			  "commit that races a checkpoint (fixed in 3.51.3): "
			  "here they never race, both wait at one lock.",
			  version);
	else
		doctor_ok(d, "engine", "SQLite %s", version);
}

/* A directory that is written to, and by whom else. */
static void
directory(struct doctor *d, const char *what, const char *dir)
{
	struct stat st;

	if (stat(dir, &st) != 0)
		doctor_bad(d, what, "%s: %m.", dir);
	else if (access(dir, W_OK | X_OK) != 0)
		doctor_bad(d, what, "%s cannot be written to: give it to the "
			   "bank's user.", dir);
	else if ((st.st_mode & S_IWOTH) != 0 && (st.st_mode & S_ISVTX) == 0)
		doctor_bad(d, what, "anybody may write to %s: chmod o-w it.",
			   dir);
	else
		doctor_ok(d, what, "%s", dir);
}

/* ${harm}: what becomes of a full one. */
static void
space(struct doctor *d, const char *dir, const char *harm)
{
	struct statvfs fs;
	long long free_mib;

	if (statvfs(dir, &fs) != 0)
		return;
	free_mib = (long long)(fs.f_bavail * fs.f_frsize / MIB);
	if (free_mib < SPACE_BAD_MIB)
		doctor_bad(d, "space", "%lld MiB are free in %s: make room "
			   "before %s.", free_mib, dir, harm);
	else if (free_mib < SPACE_WARN_MIB)
		doctor_warn(d, "space", "%lld MiB are free in %s: think of a "
			    "larger disk.", free_mib, dir);
	else
		doctor_ok(d, "space", "%lld MiB are free in %s", free_mib,
			  dir);
}

static bool
same_disk(const char *one, const char *other)
{
	struct stat a, b;

	return stat(one, &a) != 0 || stat(other, &b) != 0 ||
	       a.st_dev == b.st_dev;
}

void
doctor_places(struct doctor *d)
{
	struct tool *t = d->tool;
	const char *log = settings()->LOG_DIR;
	const char *dir = dirname(pool_strdup(t->pool, tool_database(t)));

	directory(d, "directory", dir);
	space(d, dir, "payments are refused");
	if (*log == '\0') {
		doctor_ok(d, "log", "standard error");
		return;
	}
	log = settings_beside(t->pool, log);
	directory(d, "log", log);
	if (!same_disk(dir, log))
		space(d, log, "nothing is logged any more");
}

/* What the bank last knew must not lie after now. */
static void
clock_look_at(struct doctor *d, const struct status *s)
{
	int64_t now = clock_now();
	char is[CLOCK_RFC3339], was[CLOCK_RFC3339], bank[CLOCK_RFC3339];

	clock_rfc3339(is, now);
	if (now < clock_day_start(clock_join(2024, 1, 1)))
		doctor_bad(d, "clock", "it is %s, says this machine: set its "
			   "clock.", is);
	else if (s->last_booked > now + CLOCK_MINUTE)
		doctor_bad(d, "clock", "it is %s, says this machine, but the "
			   "last booking is of %s: set its clock.",
			   is, clock_rfc3339(was, s->last_booked));
	else
		doctor_ok(d, "clock", "%s, %s at the bank", is,
			  clock_local(bank, now));
}

static void
backlog_look_at(struct doctor *d, const struct status *s)
{
	char since[CLOCK_RFC3339];

	if (s->messages_queued > 0 &&
	    s->queued_since < clock_now() - BACKLOG_MINUTES * CLOCK_MINUTE)
		doctor_bad(d, "outbox", "%lld messages wait, the oldest since "
			   "%s: does the courier run?",
			   (long long)s->messages_queued,
			   clock_rfc3339(since, s->queued_since));
	else
		doctor_ok(d, "outbox", "%lld messages wait",
			  (long long)s->messages_queued);
	if (s->messages_failed > 0)
		doctor_warn(d, "outbox", "%lld messages could not be sent: "
			    "see the courier's log.",
			    (long long)s->messages_failed);
}

static void
file_look_at(struct doctor *d, const char *path)
{
	struct stat st;

	if (stat(path, &st) == 0 && (st.st_mode & (S_IRWXO | S_IWGRP)) != 0)
		doctor_warn(d, "database", "%s has mode %04o: chmod 0640 it.",
			    path, (unsigned)(st.st_mode & 07777));
}

/* Nobody must put a backup in the place of a bank that is only busy. */
static void
opens_not(struct doctor *d, const char *path)
{
	long pid = db_holder(path);

	if (pid != 0)
		doctor_bad(d, "database", "%s is busy with process %ld: look "
			   "again later.", path, pid);
	else
		doctor_bad(d, "database", "%s cannot be opened: put a backup "
			   "in its place with clicknet restore.", path);
}

void
doctor_bank(struct doctor *d)
{
	struct tool *t = d->tool;
	const char *path = tool_database(t), *why;
	struct status s;

	if (access(path, R_OK | W_OK) != 0) {
		doctor_bad(d, "database", "%s: %m; %s.", path,
			   errno == ENOENT ? "clicknet init makes one"
					   : "give it to the bank's user");
		return;
	}
	if (store_open(path, 1, false, &t->store) != OK) {
		opens_not(d, path);
		return;
	}
	t->db = db_new(t->store);
	file_look_at(d, path);
	if ((why = schema_fault(t->db, t->pool)) != NULL) {
		doctor_bad(d, "database", "%s", why);
		return;
	}
	doctor_ok(d, "database", "%s, version %d", path, SCHEMA_VERSION);
	if (status_read(t->db, t->pool, &s) != OK) {
		doctor_bad(d, "database", "it cannot be read: %s; clicknet "
			   "verify says more.", db_error(t->db));
		return;
	}
	clock_look_at(d, &s);
	backlog_look_at(d, &s);
}

static bool
answers(const char *path)
{
	struct sockaddr_un to = {.sun_family = AF_UNIX};
	int fd;
	bool yes;

	if (strlen(path) >= sizeof to.sun_path)
		return false;
	memcpy(to.sun_path, path, strlen(path) + 1);
	if ((fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)) < 0)
		return false;
	yes = connect(fd, (struct sockaddr *)&to, sizeof to) == 0;
	close(fd);
	return yes;
}

/* script/server has them beside the settings, conf/ in a place of the
 * machine's. */
static const char *
sockets_dir(struct tool *t)
{
	const char *beside = settings_beside(t->pool, "run");

	return access(beside, F_OK) == 0 ? beside : "/run/clicknet";
}

void
doctor_programs(struct doctor *d)
{
	struct tool *t = d->tool;
	const char *dir = sockets_dir(t), *path;
	DIR *open_dir = opendir(dir);
	struct dirent *entry;
	size_t len;
	int found = 0;

	while (open_dir != NULL && (entry = readdir(open_dir)) != NULL) {
		len = strlen(entry->d_name);
		if (len < 6 || strcmp(entry->d_name + len - 5, ".sock") != 0)
			continue;
		found++;
		path = pool_printf(t->pool, "%s/%s", dir, entry->d_name);
		if (answers(path))
			doctor_ok(d, "program", "%s answers", path);
		else
			doctor_bad(d, "program", "%s does not answer: start "
				   "it, or see its log.", path);
	}
	if (open_dir != NULL)
		closedir(open_dir);
	if (found == 0)
		doctor_warn(d, "program", "no program has a socket in %s: "
			    "the bank is not running.", dir);
}
