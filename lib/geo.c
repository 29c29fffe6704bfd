/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* geo.c: distances by CORDIC: sines, cosines and angles from additions and
 * shifts alone. */
#include "lib/geo.h"

#include <ctype.h>
#include <stddef.h>
#include <string.h>

/* Angles are radians times 2^40, lengths of the unit sphere 2^30. */
enum { STEPS = 36, UNIT_BITS = 30, DECIMALS = 6, TEXT_MAX = 32 };
static const int64_t half_turn = 3454217652358;  /* pi */
static const int64_t shrunk = 652032874;         /* 2^30 / the gain */
static const int64_t earth = 6371009;            /* mean radius, metres */

/* atan(2^-n). */
static const int64_t turns[STEPS] = {
	863554413089, 509785937287, 269356888665, 136729762476,
	68630207382, 34348560106, 17178471287, 8589759836,
	4294945451, 2147480917, 1073741483, 536870869,
	268435451, 134217727, 67108864, 33554432,
	16777216, 8388608, 4194304, 2097152,
	1048576, 524288, 262144, 131072,
	65536, 32768, 16384, 8192,
	4096, 2048, 1024, 512,
	256, 128, 64, 32};

struct point {
	int64_t x, y, z;
};

static void
turn(int64_t *x, int64_t *y, int step, bool left)
{
	int64_t dx = *y >> step, dy = *x >> step;

	*x += left ? -dx : dx;
	*y += left ? dy : -dy;
}

/* The sine and cosine of an angle of at most a half turn. */
static void
sine(int64_t angle, int64_t *sin, int64_t *cos)
{
	bool behind = angle > half_turn / 2 || angle < -half_turn / 2;
	int64_t x = shrunk << 10, y = 0;
	int n;

	if (behind)
		angle += angle > 0 ? -half_turn : half_turn;
	for (n = 0; n < STEPS; n++) {
		turn(&x, &y, n, angle >= 0);
		angle += angle >= 0 ? -turns[n] : turns[n];
	}
	*sin = (behind ? -y : y) >> 10;
	*cos = (behind ? -x : x) >> 10;
}

/* The angle whose tangent is y / x; neither is negative. */
static int64_t
angle_of(int64_t x, int64_t y)
{
	int64_t angle = 0;
	bool above;
	int n;

	x <<= 20;
	y <<= 20;
	for (n = 0; n < STEPS; n++) {
		above = y > 0;
		turn(&x, &y, n, !above);
		angle += above ? turns[n] : -turns[n];
	}
	return angle > 0 ? angle : 0;
}

static int64_t
root(int64_t square)
{
	int64_t r = 0, bit;

	for (bit = (int64_t)1 << 31; bit != 0; bit >>= 1)
		if ((r + bit) * (r + bit) <= square)
			r += bit;
	return r;
}

static int64_t
radians(int64_t e6)
{
	return e6 * (half_turn / 180) / 1000000 +
	       e6 * (half_turn % 180) / 180 / 1000000;
}

static struct point
point_of(struct place p)
{
	int64_t sin_lat, cos_lat, sin_lon, cos_lon;

	sine(radians(p.lat_e6), &sin_lat, &cos_lat);
	sine(radians(p.lon_e6), &sin_lon, &cos_lon);
	return (struct point){(cos_lat * cos_lon) >> UNIT_BITS,
			      (cos_lat * sin_lon) >> UNIT_BITS, sin_lat};
}

/* Twice the angle between half the chord and what stands upright on it. The
 * sums are halved first, so that squares of a whole diameter fit. */
int64_t
geo_distance(struct place from, struct place to)
{
	struct point a = point_of(from), b = point_of(to);
	int64_t dx = (a.x - b.x) / 2, dy = (a.y - b.y) / 2;
	int64_t dz = (a.z - b.z) / 2, sx = (a.x + b.x) / 2;
	int64_t sy = (a.y + b.y) / 2, sz = (a.z + b.z) / 2;
	int64_t angle = 2 * angle_of(root(sx * sx + sy * sy + sz * sz),
				     root(dx * dx + dy * dy + dz * dz));

	return ((angle >> 10) * earth + ((int64_t)1 << 29)) >> 30;
}

bool
geo_degrees(const char *text, int max, int64_t *e6)
{
	const char *c = text + (*text == '-' || *text == '+');
	int64_t n = 0;
	int decimals = -1;

	if (!isdigit((unsigned char)*c) || strlen(c) > TEXT_MAX)
		return false;
	for (; isdigit((unsigned char)*c) || (*c == '.' && decimals < 0);
	     c++) {
		if (*c == '.' || decimals == DECIMALS) {
			decimals = decimals < 0 ? 0 : decimals;
			continue;
		}
		n = n * 10 + *c - '0';
		decimals += decimals >= 0;
		if (n > (int64_t)1000000 * 1000000)
			return false;
	}
	for (decimals = decimals < 0 ? 0 : decimals; decimals < DECIMALS;
	     decimals++)
		n *= 10;
	*e6 = *text == '-' ? -n : n;
	return *c == '\0' && c[-1] != '.' && n <= max * (int64_t)1000000;
}

bool
geo_read(const char *text, struct place *out)
{
	const char *comma = strchr(text, ',');
	size_t len = comma != NULL ? (size_t)(comma - text) : TEXT_MAX;
	char lat[TEXT_MAX];

	if (len >= TEXT_MAX)
		return false;
	memcpy(lat, text, len);
	lat[len] = '\0';
	comma++;
	return geo_degrees(lat, GEO_LAT_MAX, &out->lat_e6) &&
	       geo_degrees(comma + (*comma == ' '), GEO_LON_MAX,
			   &out->lon_e6);
}
