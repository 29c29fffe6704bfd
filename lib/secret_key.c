/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* secret_key.c: the only reader and writer of the key file. */
#include "lib/secret_key.h"

#include <errno.h>
#include <fcntl.h>
#include <gcrypt.h>
#include <libgen.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/log.h"

enum { KEYS_MAX = 255, FILE_MAX = 32 * 1024, LINE = 2 * SECRET_KEY + 8 };

struct key {
	uint8_t id;
	uint8_t uses[SECRET_USES][SECRET_KEY];
};
struct ring {
	struct key keys[KEYS_MAX];
	int count;
};

static struct ring ring;
static unsigned ring_round;

static const char *const purposes[SECRET_USES] = {
	[SECRET_CODE] = "clicknet code",
	[SECRET_TOKEN] = "clicknet token",
	[SECRET_CSRF] = "clicknet csrf",
	[SECRET_INDEX] = "clicknet index",
	[SECRET_PERSON] = "clicknet person",
	[SECRET_CURSOR] = "clicknet cursor",
	[SECRET_PUZZLE] = "clicknet puzzle",
	[SECRET_ROW] = "clicknet row",
	[SECRET_TAG] = "clicknet tag",
};

unsigned
secret_key_round(void)
{
	return ring_round;
}

const uint8_t *
secret_key_first(enum secret_use use)
{
	if (ring.count == 0)
		log_bug("a key is needed before the key file was read");
	return ring.keys[0].uses[use];
}

const uint8_t *
secret_key_current(enum secret_use use, uint8_t *id)
{
	if (ring.count == 0)
		log_bug("a key is needed before the key file was read");
	*id = ring.keys[ring.count - 1].id;
	return ring.keys[ring.count - 1].uses[use];
}

static struct key *
ring_find(struct ring *r, uint8_t id)
{
	for (int i = 0; i < r->count; i++)
		if (r->keys[i].id == id)
			return &r->keys[i];
	return NULL;
}

const uint8_t *
secret_key_by_id(enum secret_use use, uint8_t id)
{
	const struct key *k = ring_find(&ring, id);

	return k == NULL ? NULL : k->uses[use];
}

static void
derive(uint8_t out[SECRET_KEY], const uint8_t master[SECRET_KEY],
       const char *purpose)
{
	size_t len = SECRET_KEY;
	gcry_mac_hd_t h;

	if (gcry_mac_open(&h, GCRY_MAC_HMAC_SHA256, 0, NULL) != 0 ||
	    gcry_mac_setkey(h, master, SECRET_KEY) != 0 ||
	    gcry_mac_write(h, purpose, strlen(purpose)) != 0 ||
	    gcry_mac_read(h, out, &len) != 0)
		log_bug("a key could not be derived");
	gcry_mac_close(h);
}

/* One line "ID HEX64" into the ring. */
static bool
line_read(struct ring *r, char *line)
{
	uint8_t master[SECRET_KEY];
	size_t digits = strspn(line, "0123456789");
	struct key *k;
	int id = 0;

	if (line[0] == '\0' || line[0] == '#')
		return true;
	if (digits < 1 || digits > 3 || line[0] == '0' || line[digits] != ' ')
		return false;
	for (size_t i = 0; i < digits; i++)
		id = id * 10 + (line[i] - '0');
	if (id > 255 || ring_find(r, (uint8_t)id) != NULL ||
	    secret_unhex(master, sizeof master, line + digits + 1) !=
		    SECRET_KEY)
		return false;
	k = &r->keys[r->count++];
	k->id = (uint8_t)id;
	for (int use = 0; use < SECRET_USES; use++)
		derive(k->uses[use], master, purposes[use]);
	explicit_bzero(master, sizeof master);
	return true;
}

/* All lines of the file. Which line is wrong is told, what it says is not. */
static enum err
lines_read(struct ring *r, char *text, const char *path)
{
	char *line, number[16];
	int n = 0;

	while ((line = strsep(&text, "\n")) != NULL) {
		n++;
		if (!line_read(r, line)) {
			snprintf(number, sizeof number, "%d", n);
			log_event("error", "keys_damaged", "path", path,
				  "line", number, NULL);
			return ERR_INTERNAL;
		}
	}
	if (r->count == 0) {
		log_event("error", "keys_damaged", "path", path, "why",
			  "no key in it", NULL);
		return ERR_INTERNAL;
	}
	return OK;
}

/* The bytes of the file as text, if it is one we may trust. */
static enum err
file_read(const char *path, char text[FILE_MAX])
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	enum err e = OK;
	struct stat st;
	ssize_t n = 0;

	if (fd < 0)
		return errno == ENOENT || errno == ENOTDIR ? ERR_MISSING :
		       errno == EACCES ? ERR_FORBIDDEN : ERR_INTERNAL;
	if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode))
		e = ERR_INTERNAL;
	else if ((st.st_mode & (S_IRWXG | S_IRWXO)) != 0)
		e = ERR_FORBIDDEN;
	else if ((n = read(fd, text, FILE_MAX)) < 0 || n == FILE_MAX ||
		 memchr(text, '\0', (size_t)n) != NULL)
		e = ERR_INTERNAL;
	else
		text[n] = '\0';
	close(fd);
	return e;
}

enum err
secret_keys(const char *path)
{
	static struct ring fresh;
	char text[FILE_MAX];
	enum err e;

	secret_start();
	if ((e = file_read(path, text)) != OK) {
		log_event("error", "keys_not_read", "path", path, "code",
			  err_code(e), NULL);
	} else if ((e = lines_read(&fresh, text, path)) == OK) {
		ring = fresh;
		ring_round++;
	}
	explicit_bzero(&fresh, sizeof fresh);
	explicit_bzero(text, sizeof text);
	return e;
}

/* Makes a new name in a folder last: a key lost is all names lost. */
static bool
folder_sync(const char *path)
{
	char copy[PATH_MAX];
	bool good;
	int fd;

	snprintf(copy, sizeof copy, "%s", path);
	if ((fd = open(dirname(copy), O_RDONLY | O_DIRECTORY | O_CLOEXEC)) < 0)
		return false;
	good = fsync(fd) == 0;
	close(fd);
	return good;
}

enum err
secret_make_keys(const char *path)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0400);
	uint8_t master[SECRET_KEY];
	char line[LINE] = "1 ";
	enum err e = errno == EEXIST ? ERR_CONFLICT : ERR_INTERNAL;
	size_t len;
	bool good;

	if (fd < 0) {
		log_event("error", "keys_not_made", "path", path, "why",
			  strerrordesc_np(errno), NULL);
		return e;
	}
	secret_random(master, sizeof master);
	secret_hex(line + 2, master, sizeof master);
	len = strlen(line);
	line[len++] = '\n';
	good = write(fd, line, len) == (ssize_t)len && fchmod(fd, 0400) == 0 &&
	       fsync(fd) == 0;
	good = close(fd) == 0 && good && folder_sync(path);
	explicit_bzero(master, sizeof master);
	explicit_bzero(line, sizeof line);
	if (good)
		return OK;
	log_event("error", "keys_not_made", "path", path, "why",
		  strerrordesc_np(errno), NULL);
	unlink(path);
	return ERR_INTERNAL;
}
