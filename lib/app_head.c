/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* app_head.c: the only writer of status lines and headers. */
#include "lib/app_impl.h"

#include <string.h>
#include <strings.h>

#include "lib/digits.h"
#include "lib/log.h"

enum { WAIT_S = 30, BUSY_WAIT_S = 2 };

static const char policy[] =
	"default-src 'none'; style-src 'self'; script-src 'self'; "
	"img-src 'self' data:; font-src 'self'; connect-src 'self'; "
	"manifest-src 'self'; form-action 'self'; base-uri 'none'; "
	"frame-ancestors 'none'";
static const char always[] =
	"X-Content-Type-Options: nosniff\r\n"
	"Referrer-Policy: same-origin\r\n"
	"Permissions-Policy: camera=(self), geolocation=(self), "
	"microphone=(), payment=(), usb=()\r\n"
	"Cross-Origin-Opener-Policy: same-origin\r\n"
	"Cross-Origin-Resource-Policy: same-origin\r\n"
	"Vary: Accept, Accept-Language, Authorization, Cookie\r\n";

static const char *
reason(int status)
{
	static const struct {
		int status;
		const char *reason;
	} reasons[] = {
		{200, "OK"}, {201, "Created"}, {202, "Accepted"},
		{204, "No Content"}, {303, "See Other"},
		{304, "Not Modified"}, {400, "Bad Request"},
		{401, "Unauthorized"}, {403, "Forbidden"},
		{404, "Not Found"}, {405, "Method Not Allowed"},
		{409, "Conflict"}, {410, "Gone"},
		{413, "Content Too Large"}, {422, "Unprocessable Content"},
		{423, "Locked"}, {429, "Too Many Requests"},
		{500, "Internal Server Error"}, {503, "Service Unavailable"}};
	size_t i;

	for (i = 0; i < sizeof reasons / sizeof *reasons; i++)
		if (reasons[i].status == status)
			return reasons[i].reason;
	return "Other";
}

static void
put_number(struct buf *out, size_t number)
{
	char digits[DIGITS], *end = digits + sizeof digits;
	char *start = digits_before(end, (int64_t)number);

	buf_put(out, start, (size_t)(end - start));
}

static void
put_header(struct buf *out, const char *name, const char *value)
{
	if (strpbrk(value, "\r\n") != NULL)
		log_bug("a header with a line end");
	buf_puts(out, name);
	buf_put(out, ": ", 2);
	buf_puts(out, value);
	buf_put(out, "\r\n", 2);
}

/* ${value} unless the handler has its own. */
static void
put_default(const struct call *c, struct buf *out, const char *name,
	    const char *value)
{
	const struct pair *p;

	for (p = c->rs.headers.first; p != NULL; p = p->next)
		if (strcasecmp(p->name, name) == 0)
			return;
	put_header(out, name, value);
}

static void
put_allow(struct buf *out, unsigned allowed)
{
	static const struct {
		unsigned method;
		const char *name;
	} methods[] = {{GET, "GET"}, {GET, "HEAD"}, {POST, "POST"},
		       {PUT, "PUT"}, {DELETE, "DELETE"}};
	const char *comma = "";
	size_t i;

	buf_puts(out, "Allow: ");
	for (i = 0; i < sizeof methods / sizeof *methods; i++) {
		if (!(allowed & methods[i].method))
			continue;
		buf_puts(out, comma);
		buf_puts(out, methods[i].name);
		comma = ", ";
	}
	buf_puts(out, "\r\n");
}

static void
put_error_headers(const struct call *c, enum err e, int status,
		  struct buf *out)
{
	int wait = c->rs.retry_after;

	if (e == ERR_METHOD)
		put_allow(out, c->allowed);
	if (status == 401)
		put_header(out, "WWW-Authenticate", "Bearer");
	if (status != 429 && status != 503)
		return;
	if (wait <= 0)
		wait = e == ERR_BUSY ? BUSY_WAIT_S : WAIT_S;
	buf_puts(out, "Retry-After: ");
	put_number(out, (size_t)wait);
	buf_puts(out, "\r\n");
}

static void
put_body_headers(const struct app_face *f, struct buf *out)
{
	if (f->status == 204 || f->status == 304)
		return;
	if (f->type != NULL)
		put_header(out, "Content-Type", f->type);
	if (f->language != NULL && f->type != NULL)
		put_header(out, "Content-Language", f->language);
	buf_puts(out, "Content-Length: ");
	put_number(out, f->len);
	buf_puts(out, "\r\n");
}

void
app_head(const struct call *c, enum err e, const struct app_face *f,
	 struct buf *out)
{
	const struct pair *p;

	buf_puts(out, "Status: ");
	put_number(out, (size_t)f->status);
	buf_putc(out, ' ');
	buf_puts(out, reason(f->status));
	buf_puts(out, "\r\n");
	put_body_headers(f, out);
	put_header(out, "X-Request-Id", c->rq.id);
	buf_put(out, always, sizeof always - 1);
	put_default(c, out, "Content-Security-Policy", policy);
	put_default(c, out, "Cache-Control",
		    c->rs.cacheable && *f->tag != '\0' ? "private, no-cache"
						       : "no-store");
	if (c->rq.secure)
		put_header(out, "Strict-Transport-Security",
			   "max-age=31536000");
	if (*f->tag != '\0')
		put_header(out, "ETag", f->tag);
	if (f->location != NULL)
		put_header(out, "Location", f->location);
	if (c->rs.replayed)
		put_header(out, "Idempotent-Replay", "true");
	put_error_headers(c, e, f->status, out);
	for (p = c->rs.headers.first; p != NULL; p = p->next)
		put_header(out, p->name, p->value);
	buf_puts(out, "\r\n");
}
