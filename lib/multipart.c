/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* multipart.c: the only reader of multipart/form-data (RFC 7578). */
#include "lib/http.h"

#include <string.h>
#include <strings.h>

#include "lib/utf8.h"

enum { BOUNDARY_MAX = 70, PART_HEADER_MAX = 4096, LABEL_MAX = 200 };

struct part {
	const char *name, *file_name, *type;
	bool is_file;
};

static void
skip_blank(const char **at, const char *end)
{
	while (*at < end && (**at == ' ' || **at == '\t'))
		(*at)++;
}

static char *
read_token(struct pool *pool, const char **at, const char *end)
{
	const char *from = *at;

	while (*at<end &&* * at> ' ' && **at < 0x7f &&
	       strchr("()<>@,;:\\\"/[]?=", **at) == NULL)
		(*at)++;
	return *at == from ? NULL
			   : pool_strndup(pool, from, (size_t)(*at - from));
}

/* Browsers do not escape a backslash, so one that escapes nothing stays. */
static char *
read_quoted(struct pool *pool, const char **at, const char *end)
{
	char *out = pool_alloc(pool, (size_t)(end - *at)), *to = out;

	for ((*at)++; *at < end && **at != '"'; (*at)++) {
		if (**at == '\\' && end - *at > 1 &&
		    ((*at)[1] == '"' || (*at)[1] == '\\'))
			(*at)++;
		*to++ = **at;
	}
	if (*at == end)
		return NULL;
	(*at)++;
	return out;
}

/* The next "; name=value" of a header; *name is NULL behind the last. */
static enum err
read_parameter(struct pool *pool, const char **at, const char *end,
	       const char **name, const char **value)
{
	*name = NULL;
	skip_blank(at, end);
	if (*at == end)
		return OK;
	if (*(*at)++ != ';')
		return ERR_BAD;
	skip_blank(at, end);
	if (*at == end)
		return OK;
	*name = read_token(pool, at, end);
	if (*name == NULL || *at == end || *(*at)++ != '=')
		return ERR_BAD;
	*value = *at < end && **at == '"' ? read_quoted(pool, at, end)
					  : read_token(pool, at, end);
	return *value == NULL ? ERR_BAD : OK;
}

static bool
is_boundary(const char *text)
{
	size_t n = strlen(text);

	return n > 0 && n <= BOUNDARY_MAX && text[n - 1] != ' ' &&
	       strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
			    "abcdefghijklmnopqrstuvwxyz0123456789"
			    "'()+_,-./:=? ") == n;
}

/* "\r\n--" and the boundary, or NULL. */
static const char *
read_delimiter(struct pool *pool, const char *type)
{
	static const char form[] = "multipart/form-data";
	const char *at, *end, *name, *value, *boundary = NULL;

	if (type == NULL || strncasecmp(type, form, sizeof form - 1) != 0)
		return NULL;
	at = type + sizeof form - 1;
	end = type + strlen(type);
	for (;;) {
		if (read_parameter(pool, &at, end, &name, &value) != OK)
			return NULL;
		if (name == NULL)
			break;
		if (strcasecmp(name, "boundary") != 0)
			continue;
		if (boundary != NULL || !is_boundary(value))
			return NULL;
		boundary = value;
	}
	return boundary == NULL ? NULL
				: pool_printf(pool, "\r\n--%s", boundary);
}

/* A file's name is only a label: its last part, nothing hidden, not long. */
static const char *
as_label(struct pool *pool, const char *name)
{
	struct buf b = {.pool = pool};
	const char *end = name + strlen(name), *at, *from;

	for (at = name; at < end; at++)
		if (*at == '/' || *at == '\\')
			name = at + 1;
	buf_put(&b, "", 0);
	for (at = from = name; at < end && b.len <= LABEL_MAX - 4; from = at)
		if (!utf8_hidden(utf8_next(&at, end)))
			buf_put(&b, from, (size_t)(at - from));
	return strspn(b.data, ".") == b.len ? "" : b.data;
}

static enum err
read_disposition(struct pool *pool, const char *at, const char *end,
		 struct part *part)
{
	const char *kind = read_token(pool, &at, end), *name, *value;
	enum err e;

	if (kind == NULL || strcasecmp(kind, "form-data") != 0 ||
	    part->name != NULL)
		return ERR_BAD;
	for (;;) {
		e = read_parameter(pool, &at, end, &name, &value);
		if (e != OK)
			return e;
		if (name == NULL)
			return part->name == NULL ? ERR_BAD : OK;
		if (strcasecmp(name, "name") == 0) {
			if (part->name != NULL)
				return ERR_BAD;
			part->name = value;
		} else if (strcasecmp(name, "filename") == 0) {
			if (part->file_name != NULL)
				return ERR_BAD;
			part->file_name = as_label(pool, value);
			part->is_file = true;
		} else if (strcasecmp(name, "filename*") == 0) {
			part->is_file = true;
		}
	}
}

static enum err
read_header(struct pool *pool, const char *at, const char *end,
	    struct part *part)
{
	const char *name = read_token(pool, &at, end), *value;

	if (name == NULL || at == end || *at++ != ':')
		return ERR_BAD;
	skip_blank(&at, end);
	value = pool_strndup(pool, at, (size_t)(end - at));
	if (strcasecmp(name, "Content-Disposition") == 0)
		return read_disposition(pool, at, end, part);
	if (strcasecmp(name, "Content-Type") == 0)
		part->type = utf8_hides(value) || strlen(value) > LABEL_MAX
				 ? NULL
				 : value;
	/* Forms have not encoded their parts for long; who does is not read
	 * wrongly but refused. */
	if (strcasecmp(name, "Content-Transfer-Encoding") == 0 &&
	    strcasecmp(value, "binary") != 0 &&
	    strcasecmp(value, "8bit") != 0 && strcasecmp(value, "7bit") != 0)
		return ERR_BAD;
	return OK;
}

/* The header lines from ${at} to ${end}, and a CRLF behind each. */
static enum err
read_headers(struct pool *pool, const char *at, const char *end,
	     struct part *part)
{
	const char *stop;
	enum err e;

	if (!http_utf8(at, (size_t)(end - at)))
		return ERR_BAD;
	for (; at < end; at = stop + 2) {
		stop = memmem(at, (size_t)(end - at), "\r\n", 2);
		if (stop == NULL)
			stop = end;
		if ((e = read_header(pool, at, stop, part)) != OK)
			return e;
		if (stop == end)
			break;
	}
	return part->name == NULL ? ERR_BAD : OK;
}

static enum err
add_part(struct pool *pool, const struct part *part, const char *data,
	 size_t len, struct pairs *out)
{
	struct pair *p;

	if (strlen(part->name) > HTTP_NAME_MAX ||
	    out->count >= HTTP_PAIRS_MAX ||
	    (!part->is_file && len > HTTP_FORM_MAX))
		return ERR_TOO_BIG;
	if (!part->is_file && !http_utf8(data, len))
		return ERR_BAD;
	p = pairs_add(pool, out, part->name,
		      part->is_file ? "" : pool_strndup(pool, data, len));
	if (!part->is_file)
		return OK;
	p->kind = PAIR_FILE;
	p->value = data;
	p->len = len;
	p->file_name = part->file_name == NULL ? "" : part->file_name;
	p->type = part->type == NULL ? "application/octet-stream" : part->type;
	return OK;
}

/* What lies between two delimiters. */
static enum err
read_part(struct pool *pool, const char *at, const char *end, struct pairs *out)
{
	struct part part = {0};
	size_t len = (size_t)(end - at);
	const char *blank;
	enum err e;

	blank = memmem(at, len < PART_HEADER_MAX ? len : PART_HEADER_MAX,
		       "\r\n\r\n", 4);
	if (blank == NULL)
		return len < PART_HEADER_MAX ? ERR_BAD : ERR_TOO_BIG;
	if ((e = read_headers(pool, at, blank, &part)) != OK)
		return e;
	return add_part(pool, &part, blank + 4, (size_t)(end - blank - 4), out);
}

enum err
http_multipart(struct pool *pool, const char *content_type, const char *body,
	       size_t len, struct pairs *out)
{
	const char *delimiter = read_delimiter(pool, content_type);
	const char *at, *end, *stop;
	size_t n;
	enum err e;

	if (len > HTTP_BODY_MAX)
		return ERR_TOO_BIG;
	if (delimiter == NULL || len == 0)
		return ERR_BAD;
	n = strlen(delimiter);
	end = body + len;
	if (len >= n - 2 && memcmp(body, delimiter + 2, n - 2) == 0)
		at = body + n - 2;
	else if ((at = memmem(body, len, delimiter, n)) != NULL)
		at += n;
	else
		return ERR_BAD;
	for (; end - at < 2 || memcmp(at, "--", 2) != 0; at = stop + n) {
		skip_blank(&at, end);
		if (end - at < 2 || memcmp(at, "\r\n", 2) != 0)
			return ERR_BAD;
		at += 2;
		stop = memmem(at, (size_t)(end - at), delimiter, n);
		if (stop == NULL)
			return ERR_BAD;
		if ((e = read_part(pool, at, stop, out)) != OK)
			return e;
	}
	return OK;
}
