/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* template.c: fuzzes templates: a template, a zero byte, its view as JSON. No
 * "<" may reach a page but from its template. */
#include "lib/page.h"

#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/clock.h"
#include "lib/log.h"

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char usual[] =
	"{\"name\":\"<b>&\\\"'\",\"count\":1,"
	"\"list\":[{\"name\":\"a\"},2,\"<\"],"
	"\"a\":{\"b\":{\"c\":\"<\"}},\"no\":false,\"amount\":\"-1234.50\","
	"\"currency\":\"EUR\",\"at\":\"2026-11-22T07:30:00Z\"}";

static const char *const files[][2] = {
	{"html", NULL},
	{"locale", NULL},
	{"html/part.html", "[\n  {{name}}\n{{#list}}\n  {{.}}\n{{/list}}\n]\n"},
	{"html/self.html", " {{>self}}"},
	{"html/tree.html", "{{#list}}\n  {{>tree}}\n{{/list}}\n"},
	{"locale/de.json",
	 "{\"patterns\":{\"group\":\".\",\"point\":\",\"},\"words\":{"
	 "\"Hi {{name}}\":\"Hallo {{name}}\",\"again\":\"{{#t}}again{{/t}}\","
	 "\"{{count}} x\":{\"one\":\"{{count}} y\",\"other\":\"ys\"}}}"},
};
enum { FILES = sizeof files / sizeof *files };
static char dir[] = "/tmp/clicknet-template-XXXXXX";

static void
path_of(char path[PATH_MAX], int i)
{
	snprintf(path, PATH_MAX, "%s/%s", dir, files[i][0]);
}

static void
clean(void)
{
	char path[PATH_MAX];
	int i;

	for (i = FILES; i-- > 0;) {
		path_of(path, i);
		remove(path);
	}
	rmdir(dir);
}

int
LLVMFuzzerInitialize(int *argc, char ***argv)
{
	char path[PATH_MAX];
	FILE *f;
	int i;

	(void)argc;
	(void)argv;
	log_open("template", "/dev/null");
	if (mkdtemp(dir) == NULL)
		abort();
	atexit(clean);
	for (i = 0; i < FILES; i++) {
		path_of(path, i);
		if (files[i][1] == NULL) {
			mkdir(path, 0700);
			continue;
		}
		if ((f = fopen(path, "w")) == NULL)
			abort();
		fputs(files[i][1], f);
		fclose(f);
	}
	page_start(dir);
	clock_zone("Europe/Berlin");
	clock_freeze(INT64_C(1795336200000));
	return 0;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *text = (const char *)data, *view = usual, *end = NULL;
	struct pool *p = pool_new();
	struct buf out = {.pool = p};
	json_object *v = NULL;

	if (size != 0)
		end = memchr(text, '\0', size);
	if (end != NULL) {
		view = pool_strndup(p, end + 1,
				    size - (size_t)(end + 1 - text));
		size = (size_t)(end - text);
	}
	if ((v = json_tokener_parse(view)) != NULL)
		pool_json(p, v);
	if (page_render_text(p, text, size, v, "de", &out) == OK &&
	    out.len != 0 && memchr(out.data, '<', out.len) != NULL &&
	    memchr(text, '<', size) == NULL)
		abort();
	if (out.data != NULL && out.data[out.len] != '\0')
		abort();
	pool_free(p);
	return 0;
}
