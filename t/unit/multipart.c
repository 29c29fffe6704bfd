/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* multipart.c: tests of forms with files. */
#include "lib/http.h"
#include "t/tap.h"

#include <stdlib.h>

#define TYPE "multipart/form-data; boundary=b"
#define NAMED(name) "Content-Disposition: form-data; name=\"" name "\"\r\n\r\n"
#define FILED(file)                                                            \
	"--b\r\nContent-Disposition: form-data; name=f; filename=\"" file      \
	"\"\r\n\r\nx\r\n--b--"

static struct pool *pool;

static enum err
parts(const char *type, const char *body, size_t len, struct pairs *out)
{
	char *copy = malloc(len + 1);

	/* The exact size, so that reading behind it is noticed. */
	pool_defer(pool, free, copy);
	memcpy(copy, body, len);
	*out = (struct pairs){0};
	return http_multipart(pool, type, copy, len, out);
}

static enum err
text(const char *body, struct pairs *out)
{
	return parts(TYPE, body, strlen(body), out);
}

static void
test_parts(void)
{
	static const char body[] = "preamble\r\n--b \t\r\n" NAMED(
	    "note") "Gr\u00fc\u00dfe\r\n--\r\n"
		    "--b\r\ncontent-type: "
		    "image/png\r\nCONTENT-DISPOSITION:form-data"
		    " ; filename=\"p.png\"; name=photo\r\n\r\n\0\r\n-\xff\r\n"
		    "--b\r\n" NAMED("empty") "\r\n--b--\r\nepilogue";
	const struct pair *p;
	struct pairs out;

	is_int(parts(TYPE, body, sizeof body - 1, &out), OK,
	       "a form with a file is read");
	is_int(out.count, 3, "each part is a parameter");
	is_text(pairs_get(&out, "note"), "Gr\u00fc\u00dfe\r\n--",
		"a text keeps its line ends");
	is_text(pairs_get(&out, "empty"), "", "a text may be empty");
	p = pairs_find(&out, "photo");
	ok(p->kind == PAIR_FILE && p->len == 5 &&
	       memcmp(p->value, "\0\r\n-\xff", 5) == 0,
	   "a file is bytes");
	is_text(p->file_name, "p.png", "a file has its name");
	is_text(p->type, "image/png", "and its type");
	ok(pairs_get(&out, "photo") == NULL, "a file is never read as text");
	is_int(text("--b--", &out), OK, "a form may have no parts");
}

static void
test_names(void)
{
	static const struct {
		const char *body, *name;
	} rows[] = {
	    {FILED("../../etc/passwd"), "passwd"},
	    {FILED("C:\\Users\\me\\id.jpg"), "id.jpg"},
	    {FILED("a\\\"b.jpg"), "a\"b.jpg"},
	    {FILED("a\x01\u202eb"), "ab"},
	    {FILED(".."), ""},
	    {FILED(""), ""},
	    {FILED("Ausweis \u00e4.pdf"), "Ausweis \u00e4.pdf"},
	    {"--b\r\nContent-Disposition: form-data; name=f; "
	     "filename*=UTF-8''a\r\n\r\nx\r\n--b--",
	     ""},
	};
	struct pairs out;
	size_t i;

	for (i = 0; i < sizeof rows / sizeof *rows; i++) {
		is_int(text(rows[i].body, &out), OK, "file name %zu", i);
		is_text(out.first->file_name, rows[i].name,
			"is only a label (%zu)", i);
		is_text(out.first->type, "application/octet-stream",
			"without a type it is bytes (%zu)", i);
	}
}

static void
test_boundaries(void)
{
	static const char body[] = "--a b\r\n" NAMED("n") "1\r\n--a b--\r\n";
	static const char *const bad[] = {
	    "multipart/form-data",
	    "multipart/form-data; boundary=",
	    "multipart/form-data; boundary=\"\"",
	    "text/plain; boundary=b",
	    "multipart/form-data; boundary=\"a",
	    "multipart/form-databoundary=b",
	    "multipart/form-data; boundary=b; boundary=b",
	    "multipart/form-data; boundary=\"b \"",
	    "multipart/form-data; boundary=\"\r\nb\"",
	    "multipart/form-data; boundary="
	    "0123456789012345678901234567890123456789"
	    "0123456789012345678901234567890"};
	struct pairs out;
	size_t i;

	is_int(parts("Multipart/Form-Data;charset=utf-8; Boundary=\"a b\";",
		     body, sizeof body - 1, &out),
	       OK, "a boundary may be quoted");
	is_text(pairs_get(&out, "n"), "1", "and divides the parts");
	for (i = 0; i < sizeof bad / sizeof *bad; i++)
		is_int(parts(bad[i], "--b--", 5, &out), ERR_BAD,
		       "content type %zu is refused", i);
	is_int(parts(NULL, "--b--", 5, &out), ERR_BAD, "so is none at all");
}

static void
test_refused(void)
{
	static const char *const bad[] = {
	    "",
	    "--b",
	    "--b-",
	    "--b\r\n",
	    "--c--",
	    "-b--",
	    "--b\r\n" NAMED("a") "1",
	    "--b\r\n" NAMED("a") "1\r\n--b",
	    "--b\r\n" NAMED("a") "1\r\n--b\r\n",
	    "--b\n" NAMED("a") "1\n--b--",
	    "--b\r\n" NAMED("a") "1\r\n--bx--",
	    "--b\r\n\r\n1\r\n--b--",
	    "--b\r\nContent-Type: text/plain\r\n\r\n1\r\n--b--",
	    "--b\r\nContent-Disposition: form-data\r\n\r\n1\r\n--b--",
	    "--b\r\nContent-Disposition: attachment; name=a\r\n\r\n"
	    "1\r\n--b--",
	    "--b\r\nContent-Disposition: form-data; name=a; name=b\r\n\r\n"
	    "1\r\n--b--",
	    "--b\r\nContent-Disposition: form-data; name=\"a\r\n\r\n"
	    "1\r\n--b--",
	    "--b\r\nContent-Disposition: form-data; name=a\r\n"
	    " ; filename=x\r\n\r\n1\r\n--b--",
	    "--b\r\nContent-Transfer-Encoding: base64\r\n" NAMED(
		"a") "1\r\n--b--",
	    "--b\r\nContent-Disposition: form-data; name=a\r\n" NAMED(
		"a") "1\r\n--b--",
	    "--b\r\n" NAMED("a") "\xff\r\n--b--",
	    "--b\r\n" NAMED("\xff") "1\r\n--b--"};
	struct pairs out;
	size_t i;

	for (i = 0; i < sizeof bad / sizeof *bad; i++)
		is_int(text(bad[i], &out), ERR_BAD, "bad body %zu is refused",
		       i);
}

/* A body of ${count} parts, each with a field ${name} of ${size} bytes. */
static enum err
many(int count, size_t name, size_t size)
{
	struct buf b = {.pool = pool};
	struct pairs out;
	size_t i;

	for (; count > 0; count--) {
		buf_puts(&b, "--b\r\nContent-Disposition: form-data; name=");
		for (i = 0; i < name; i++)
			buf_putc(&b, 'n');
		buf_puts(&b, "\r\n\r\n");
		for (i = 0; i < size; i++)
			buf_putc(&b, 'x');
		buf_puts(&b, "\r\n");
	}
	buf_puts(&b, "--b--\r\n");
	return parts(TYPE, b.data, b.len, &out);
}

static void
test_limits(void)
{
	is_int(many(HTTP_PAIRS_MAX, 1, 1), OK, "parts may be many");
	is_int(many(HTTP_PAIRS_MAX + 1, 1, 1), ERR_TOO_BIG, "but not too many");
	is_int(many(1, HTTP_NAME_MAX, 1), OK, "a name may be long");
	is_int(many(1, HTTP_NAME_MAX + 1, 1), ERR_TOO_BIG, "but not too long");
	is_int(many(1, 5000, 5000), ERR_TOO_BIG, "nor may a part's header");
	is_int(many(1, 1, HTTP_FORM_MAX), OK, "a text may be long");
	is_int(many(1, 1, HTTP_FORM_MAX + 1), ERR_TOO_BIG, "but not too long");
	is_int(many(1, 1, HTTP_BODY_MAX), ERR_TOO_BIG,
	       "a body beyond the limit is too big");
}

int
main(void)
{
	pool = pool_new();
	test_parts();
	test_names();
	test_boundaries();
	test_refused();
	test_limits();
	pool_free(pool);
	return tap_done();
}
