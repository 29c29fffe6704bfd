/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* chart.c: a balance over time, drawn by the server. */
#include <string.h>

#include "fcgi-apps/banking/banking.h"
#include "fcgi-apps/view.h"
#include "lib/clock.h"

/* The drawing's size in its own units, with room for the line's width. */
enum { WIDTH = 600, HEIGHT = 130, MARGIN = 6, DAYS_MAX = 370 };

struct chart {
	const char *currency;
	int32_t first;
	int days, lowest, highest; /* indexes of days */
	int64_t sum[DAYS_MAX];
};

static enum err
chart_read(struct req *rq, const struct account *list, struct chart *c)
{
	int64_t *one = pool_alloc(rq->pool, sizeof *one * (size_t)c->days);
	const struct account *a;
	enum err e;
	int i;

	for (a = list; a != NULL; a = a->next) {
		if (strcmp(a->balance.currency, c->currency) != 0 ||
		    (strcmp(a->category, "loan") == 0 && list->next != NULL))
			continue;
		e = history_balances(rq->db, a->id, c->first, c->days, one);
		if (e != OK)
			return e;
		for (i = 0; i < c->days; i++)
			c->sum[i] += one[i];
	}
	for (i = 1; i < c->days; i++) {
		if (c->sum[i] < c->sum[c->lowest])
			c->lowest = i;
		if (c->sum[i] > c->sum[c->highest])
			c->highest = i;
	}
	return OK;
}

static int
point_x(const struct chart *c, int i)
{
	return MARGIN + i * (WIDTH - 2 * MARGIN) / (c->days - 1);
}

/* Scaled in whole numbers: the span is cut down first so that it cannot
 * overflow. */
static int
point_y(const struct chart *c, int i)
{
	int64_t low = c->sum[c->lowest] / 2, high = c->sum[c->highest] / 2;
	int64_t span = high - low, above = c->sum[i] / 2 - low;
	int room = HEIGHT - 2 * MARGIN;

	while (span > INT32_MAX) {
		span /= 2;
		above /= 2;
	}
	if (span <= 0)
		return HEIGHT / 2;
	return HEIGHT - MARGIN - (int)(above * room / span);
}

static const char *
chart_line(struct req *rq, const struct chart *c)
{
	struct buf b = {.pool = rq->pool};
	int i;

	for (i = 0; i < c->days; i++)
		buf_printf(&b, "%c%d %d", i == 0 ? 'M' : 'L', point_x(c, i),
			   point_y(c, i));
	return b.data;
}

static void
chart_figure(json_object *o, const char *name, const struct chart *c, int i)
{
	view_money(o, name, money_of(c->sum[i], c->currency));
}

/* A figure a week, the last day always among them. */
static json_object *
chart_points(const struct chart *c)
{
	json_object *array = json_object_new_array(), *o;
	int i;

	for (i = (c->days - 1) % 7; i < c->days; i += 7) {
		o = json_object_new_object();
		view_day(o, "date", c->first + i);
		chart_figure(o, "balance", c, i);
		view_text(o, "currency", c->currency);
		json_object_array_add(array, o);
	}
	return array;
}

static json_object *
chart_view(struct req *rq, const struct chart *c)
{
	json_object *o = json_object_new_object();
	const char *line = chart_line(rq, c);

	view_int(o, "width", WIDTH);
	view_int(o, "height", HEIGHT);
	view_text(o, "line", line);
	view_text(o, "area",
		  pool_printf(rq->pool, "%sV%dH%dZ", line, HEIGHT, MARGIN));
	view_int(o, "end_x", point_x(c, c->days - 1));
	view_int(o, "end_y", point_y(c, c->days - 1));
	view_day(o, "from", c->first);
	view_day(o, "to", c->first + c->days - 1);
	view_text(o, "currency", c->currency);
	chart_figure(o, "first", c, 0);
	chart_figure(o, "last", c, c->days - 1);
	chart_figure(o, "lowest", c, c->lowest);
	view_day(o, "lowest_on", c->first + c->lowest);
	json_object_object_add(o, "points", chart_points(c));
	return o;
}

enum err
chart_add(struct req *rq, json_object *view, const struct account *list,
	  int days)
{
	struct chart *c = pool_alloc(rq->pool, sizeof *c);
	enum err e;

	if (list == NULL)
		return OK;
	c->currency = list->balance.currency;
	c->days = days;
	c->first = clock_day(clock_now()) - days + 1;
	if ((e = chart_read(rq, list, c)) != OK)
		return e;
	if (c->sum[c->highest] != 0 || c->sum[c->lowest] != 0)
		json_object_object_add(view, "chart", chart_view(rq, c));
	return OK;
}
